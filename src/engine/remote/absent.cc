#include "engine/remote/absent.h"

#include <algorithm>

#include "engine/remote/catalog.h"

namespace engine::remote {
namespace {

struct Absent {
  std::string_view type;
  std::string_view first;  // the sentence that says what it is
  std::string_view fitting;
  std::string_view puller;  // the program that still reads it
};

constexpr std::string_view kStock = "the stock program";
constexpr std::string_view kOldStock = "a stock program of version 1.2 or older";

constexpr Absent kAbsent[] = {
    {"artifactory", "The \"artifactory\" backend is not supported in Terraform v1.3 or later, nor here.",
     "\"http\" (Artifactory's Terraform repositories: \"remote\")", kOldStock},
    {"azure",
     "The \"azure\" backend name has been removed, please use \"azurerm\"; that one is not in this program.",
     "\"pg\" (Azure Database for PostgreSQL), \"kubernetes\" (AKS) or \"http\"", kStock},
    {"azurerm", "The backend \"azurerm\" is not in this program.",
     "\"pg\" (Azure Database for PostgreSQL), \"kubernetes\" (AKS) or \"http\"", kStock},
    {"cos", "The backend \"cos\" is not in this program.",
     "\"s3\" (COS speaks its protocol: endpoint https://cos.REGION.myqcloud.com), \"pg\" or \"http\"",
     kStock},
    {"etcd", "The \"etcd\" backend is not supported in Terraform v1.3 or later, nor here.",
     "\"consul\" or \"pg\"", kOldStock},
    {"etcdv3", "The \"etcdv3\" backend is not supported in Terraform v1.3 or later, nor here.",
     "\"consul\", \"kubernetes\" or \"pg\"", kOldStock},
    {"gcs", "The backend \"gcs\" is not in this program.",
     "\"pg\" (Cloud SQL), \"kubernetes\" (GKE), \"s3\" or \"http\"", kStock},
    {"manta", "The \"manta\" backend is not supported in Terraform v1.3 or later, nor here.",
     "\"s3\" or \"pg\"", kOldStock},
    {"oci", "The backend \"oci\" is not in this program.",
     "\"s3\" (Object Storage has a compatible endpoint), \"pg\" or \"http\"",
     "a stock program of version 1.12 or later"},
    {"oss", "The backend \"oss\" is not in this program.",
     "\"s3\" (OSS speaks its protocol: endpoint https://s3.oss-REGION.aliyuncs.com), \"pg\" or \"http\"",
     kStock},
    {"swift", "The \"swift\" backend is not supported in Terraform v1.3 or later, nor here.",
     "\"s3\" (Swift has a compatible interface) or \"pg\"", kOldStock},
};

// Moves a state by hand, since no program has both ends.
std::string HowToMove(const Absent& absent) {
  return fmt::format(
      "{} Of its backends, {} fit. To take the state along:\n"
      "  1. with {}, in this folder: terraform init, then terraform state pull > moving.tfstate\n"
      "  2. write the new backend block\n"
      "  3. parterre init -reconfigure, then parterre state push moving.tfstate\n"
      "Do this for each workspace (terraform workspace select, parterre workspace new), and remove "
      "moving.tfstate: states hold secrets.",
      absent.first, absent.fitting, absent.puller);
}

}  // namespace

std::string AbsentBackendDetail(std::string_view type) {
  const auto* found = std::ranges::find(kAbsent, type, &Absent::type);
  if (found != std::end(kAbsent)) return HowToMove(*found);
  std::string names;
  for (const BackendType* known : AllBackendTypes())
    if (known->name != "cloud")  // a block of its own, no backend block's type
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", known->name);
  return fmt::format("There is no backend type named \"{}\". There are: {}.", type, names);
}

}  // namespace engine::remote
