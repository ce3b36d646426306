#include "engine/test/overriding_provider.h"

#include "engine/test/forwarding_provider.h"
#include "engine/test/mocked_provider.h"

namespace engine::test {
namespace {

class OverridingProvider : public ForwardingProvider {
 public:
  OverridingProvider(std::shared_ptr<api::Provider> real, FindOverride find, TextSource texts)
      : ForwardingProvider(std::move(real)), find_(std::move(find)), texts_(std::move(texts)) {}

  void Read(std::span<const api::ReadRequest> requests, const api::Sink<api::ReadResponse>& sink,
            std::stop_token stop) override {
    Split<api::ReadRequest, api::ReadResponse>(
        requests, sink,
        [](const api::ReadRequest& request, const config::Override&) {
          return api::ReadResponse{.state = request.prior,
                                   .private_data = std::string(request.private_data),
                                   .identity = request.identity};
        },
        [&](auto rest, const auto& rest_sink) { real_->Read(rest, rest_sink, stop); });
  }

  void Plan(std::span<const api::PlanRequest> requests, const api::Sink<api::PlanResponse>& sink,
            std::stop_token stop) override {
    Split<api::PlanRequest, api::PlanResponse>(
        requests, sink,
        [this](const api::PlanRequest& request, const config::Override& override) {
          return PlanOne(request, override);
        },
        [&](auto rest, const auto& rest_sink) { real_->Plan(rest, rest_sink, stop); });
  }

  void Apply(std::span<const api::ApplyRequest> requests, const api::Sink<api::ApplyResponse>& sink,
             std::stop_token stop) override {
    Split<api::ApplyRequest, api::ApplyResponse>(
        requests, sink,
        [this](const api::ApplyRequest& request, const config::Override& override) {
          api::ApplyResponse response{.state = request.planned};
          if (request.prior.IsNull() && !request.planned.IsNull())
            response.state = FillComputed(real_->FindResource(request.type)->block, request.planned,
                                          Fill::kUnknowns, FillingOf(override), texts_, response.diagnostics);
          return response;
        },
        [&](auto rest, const auto& rest_sink) { real_->Apply(rest, rest_sink, stop); });
  }

  void ReadData(std::span<const api::ReadDataRequest> requests, const api::Sink<api::ReadDataResponse>& sink,
                std::stop_token stop) override {
    Split<api::ReadDataRequest, api::ReadDataResponse>(
        requests, sink,
        [this](const api::ReadDataRequest& request, const config::Override& override) {
          const language::schema::Block& schema = real_->FindDataSource(request.type)->block;
          api::ReadDataResponse response;
          response.state = language::schema::WithoutWriteOnly(
              schema, FillComputed(schema, request.config, Fill::kNulls, FillingOf(override), texts_,
                                   response.diagnostics));
          return response;
        },
        [&](auto rest, const auto& rest_sink) { real_->ReadData(rest, rest_sink, stop); });
  }

 private:
  // Answers what is overridden, and hands the rest on in one batch.
  template <typename Request, typename Response, typename Answer, typename Forward>
  void Split(std::span<const Request> requests, const api::Sink<Response>& sink, Answer answer,
             Forward forward) {
    std::vector<Request> rest;
    std::vector<size_t> indexes;
    for (size_t index = 0; index < requests.size(); ++index) {
      if (const config::Override* override = find_(requests[index].address)) {
        sink(index, answer(requests[index], *override));
        continue;
      }
      rest.push_back(requests[index]);
      indexes.push_back(index);
    }
    if (rest.empty()) return;
    forward(std::span<const Request>(rest), api::Sink<Response>([&](size_t index, Response response) {
              sink(indexes[index], std::move(response));
            }));
  }

  api::PlanResponse PlanOne(const api::PlanRequest& request, const config::Override& override) {
    if (request.proposed.IsNull()) return {.planned = request.proposed};
    const language::schema::Block& schema = real_->FindResource(request.type)->block;
    api::PlanResponse response{.planned = request.proposed};
    if (request.prior.IsNull()) {
      Filling filling = FillingOf(override);
      filling.unknown = !override.during_plan;
      response.planned =
          FillComputed(schema, request.proposed, Fill::kNulls, filling, texts_, response.diagnostics);
    }
    response.planned = language::schema::WithoutWriteOnly(schema, response.planned);
    return response;
  }

  const FindOverride find_;
  const TextSource texts_;
};

}  // namespace

std::shared_ptr<api::Provider> MakeOverridingProvider(std::shared_ptr<api::Provider> real, FindOverride find,
                                                      TextSource texts) {
  return std::make_shared<OverridingProvider>(std::move(real), std::move(find), std::move(texts));
}

}  // namespace engine::test
