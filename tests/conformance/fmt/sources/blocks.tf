resource "aws_security_group" "web" {
  name = "web"

  dynamic "ingress" {
    for_each = var.ports
    iterator = port
    content {
      from_port = port.value
      to_port   = port.value
      protocol  = "tcp"
      cidrs     = ["0.0.0.0/0", "::/0"]
    }
  }
  timeouts {}
  tags = merge(var.tags, {
    Name = "web"
    Env  = terraform.workspace
  })
}

moved {
  from = aws_security_group.old
  to   = aws_security_group.web
}

import {
  to = aws_security_group.web
  id = "sg-1"
}

check "up" {
  assert {
    condition     = true
    error_message = "Down."
  }
}
module "vpc" {
  source = "./vpc"
  cidr   = "10.0.0.0/16"
  azs    = ["a", "b"] # two
  providers = {
    aws = aws.west
  }
}
