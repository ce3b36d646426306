resource "okta_group" "garden" {
  name        = "The Garden"
  description = "Terraform created this group"
}
