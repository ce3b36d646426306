locals {
  departments = distinct([for u in var.users : u.department])
  members = {
    for d in local.departments : d => [
      for u in var.users : u.login
      if u.department == d && !u.external
    ]
  }
  /* sizes of the groups,
     largest first */
  sizes = reverse(sort([for d, m in local.members : format("%03d %s", length(m), d)]))
}

resource "okta_group" "department" {
  for_each    = toset(local.departments)
  name        = "dep-${each.key}"
  description = each.key == "it" ? "The admins" : "Department ${title(each.key)}"
}

output "groups" {
  value = { for k, g in okta_group.department : k => g.id } // by name
}
