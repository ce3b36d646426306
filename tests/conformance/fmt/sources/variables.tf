variable "org" {
  type        = string
  description = "The org"
  default     = null
}

variable "users" {
  type = list(object({
    login      = string
    first      = optional(string, "N.")
    department = optional(string)
    tags       = optional(map(list(string)), {})
  }))
  validation {
    condition     = alltrue([for u in var.users : can(regex("^[a-z.]+$", u.login))])
    error_message = "Logins are lower case."
  }
}

variable "legacy" {
  type    = map(string)
  default = { a = "b" }
}
