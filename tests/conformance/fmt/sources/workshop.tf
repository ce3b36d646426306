terraform {
  required_version = ">= 1.0"
  required_providers {
    okta = {
      source  = "okta/okta"
      version = "~> 6.0"
    }
  }
}

provider "okta" {
  org_name = var.org # from the environment
  base_url = "example.com"
}

# everyone
resource "okta_user" "all" {
  for_each   = { for user in var.users : user.login => user if user.active }
  first_name = each.value.first
  last_name  = each.value.last
  login      = "${lower(each.key)}@example.com" # unique
  email      = lower("${each.key}@example.com")

  lifecycle {
    ignore_changes = [first_name, last_name]
  }
}
