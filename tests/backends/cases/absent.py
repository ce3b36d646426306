"""Backends that the program does not have: what is said in init and by terraform_remote_state."""

from harness import STOCK, Work

REMOVED = ["artifactory", "etcd", "etcdv3", "manta", "swift"]
OTHERS = ["gcs", "azurerm", "cos", "oss", "oci", "azure"]


def test_init_and_remote_state(adapters, folder):
    work = Work(folder, text="")
    for name in [*REMOVED, *OTHERS]:
        work.write("main.tf", f'terraform {{\n  backend "{name}" {{}}\n}}\n')
        said = work.init(code=1).has("Error: Unsupported backend type", "on main.tf line 2", f'"{name}"', "terraform state pull",
                                     "parterre init -reconfigure", "parterre state push")
        if name in REMOVED:
            said.has(f'The "{name}" backend is not supported in Terraform v1.3 or later')
            if STOCK:
                work.init(code=1, program=STOCK).has(
                    "Error: Unsupported backend type", f'The "{name}" backend is not supported in Terraform v1.3 or later')
    work.write("main.tf", 'terraform {\n  backend "gsc" {}\n}\n')
    work.init(code=1).has('There is no backend type named "gsc"', '"consul"', '"kubernetes"')
    work.write("main.tf", 'data "terraform_remote_state" "x" {\n  backend = "gcs"\n  config = { bucket = "b" }\n}\n')
    work.init()
    work.run("plan", "-no-color", code=1).has('The backend "gcs" is not in this program', "terraform state pull")
