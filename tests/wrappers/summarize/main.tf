variable "v" { default = "a" }
resource "terraform_data" "keep" { input = "x" }
resource "terraform_data" "up" { input = var.v }
resource "terraform_data" "re" {
  for_each         = toset(["a b", "c"])
  triggers_replace = var.v
}
resource "terraform_data" "gone" { count = var.v == "a" ? 2 : 0 }
resource "terraform_data" "new" { count = var.v == "a" ? 0 : 1 }
output "o" { value = terraform_data.up.output }
output "s" {
  value     = var.v
  sensitive = true
}
