variable "domain" {
  type    = string
  default = "example.com"
}
