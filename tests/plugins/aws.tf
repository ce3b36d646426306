terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

# No account is asked for anything: plans of what does not exist need none.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "made-up"
  secret_key                  = "made-up"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true

  default_tags {
    tags = {
      team = "garden"
    }
  }
}
