locals {
  sum        = 1 + 2 * -3 / (4 - 5) % 6
  logic      = !var.a && (var.b || var.c != null) == true
  choice     = var.a ? "x" : var.b ? "y" : "z"
  index      = var.list[0].name["key"][local.sum]
  splat      = var.list[*].name
  legacy     = var.list.*.name
  call       = merge({ a = 1 }, { b = 2, "c" = 3 }, var.maps...)
  empty      = [[], {}, [{}], f()]
  nested     = { list = [1, [2, [3]]], object = { k = { v = "${var.a}-${var.b}" } } }
  negative   = [-1, - var.x, 3 - 2]
  long_name  = coalesce(var.x, "default") # comment one
  namespaced = provider::terraform::encode_expr({ x = 1 })

  multi = (
    var.a
    ? [
      for k, v in var.map : k
      if v != ""
    ]
    : []
  )
}
