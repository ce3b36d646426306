resource "terraform_data" "script" {
  input = <<-EOT
    #!/bin/sh
      set -e
    %{ for name in var.names ~}
    echo ${name}
    %{ endfor ~}
  EOT
  triggers_replace = [
    <<RAW
 keep   this = as is
RAW
    , timestamp(),
  ]
}

output "text" {
  value     = "a ${terraform_data.script.output} b %{if var.flag}yes%{else}no%{endif}"
  sensitive = true # for now
}
