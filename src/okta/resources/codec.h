// Between the org's JSON objects and values of the schema, by the tables of the catalog. Pure functions.
// Not requests (reader, writer).
// Used by reader, writer, data sources and import of this room.
#pragma once

#include <string>

#include <boost/json.hpp>

#include "okta/resources/catalog.h"
#include "okta/resources/record.h"

namespace okta::resources {

// "profile.firstName" -> the member, or null when absent or JSON null.
const boost::json::value* FindMember(const boost::json::object& object, std::string_view path);
// Text at the path; "" when absent. Numbers and bools as JSON.
std::string MemberText(const boost::json::object& object, std::string_view path);

// What the org says, laid over what was known (prior state or plan): attributes that the org does not tell
// stay, unknown ones become null.
Value DecodeObject(const ResourceSpec& spec, const boost::json::object& object, const Value& known);

// Fills the fields of a data source or of an element of one.
void DecodeFields(std::span<const Field> fields, std::span<const Nested> nested,
                  const boost::json::object& object, Record* record);

// The profile members that no field of `fields` maps, as Go JSON; "{}" when there are none.
std::string CustomAttributes(std::span<const Field> fields, const boost::json::object& object);

// {"profile":{...}} and other members that the fields name.
boost::json::object EncodeObject(const ResourceSpec& spec, const Value& planned);

// Equal but for what the org changes by itself.
bool AgreesWith(const ResourceSpec& spec, const Value& a, const Value& b);

// "2026-01-02T03:04:05.000Z" -> "2026-01-02T03:04:05Z", as Go formats it; unchanged when malformed.
std::string SecondsOnly(std::string_view timestamp);

}  // namespace okta::resources
