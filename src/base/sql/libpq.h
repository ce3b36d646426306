// The functions of libpq that this room calls, found when first needed: the start of the program does not pay
// for them and for what libpq brings along. Not a wrapper: they are called as libpq documents them. Used
// inside of base/sql.
#pragma once

#include <libpq-fe.h>

#include "base/core/result.h"

namespace base::sql {

#define PARTERRE_PQ_FUNCTIONS(X) \
  X(PQclear)                     \
  X(PQconnectPoll)               \
  X(PQconnectStartParams)        \
  X(PQconninfoFree)              \
  X(PQconninfoParse)             \
  X(PQconsumeInput)              \
  X(PQerrorMessage)              \
  X(PQfinish)                    \
  X(PQflush)                     \
  X(PQfreemem)                   \
  X(PQgetResult)                 \
  X(PQgetisnull)                 \
  X(PQgetlength)                 \
  X(PQgetvalue)                  \
  X(PQisBusy)                    \
  X(PQnfields)                   \
  X(PQntuples)                   \
  X(PQresultErrorMessage)        \
  X(PQresultStatus)              \
  X(PQsendQueryParams)           \
  X(PQsetNoticeProcessor)        \
  X(PQsetnonblocking)            \
  X(PQsocket)                    \
  X(PQstatus)

struct Libpq {
#define PARTERRE_MEMBER(name) decltype(::name)* name = nullptr;
  PARTERRE_PQ_FUNCTIONS(PARTERRE_MEMBER)
#undef PARTERRE_MEMBER
};

// Immortal. The error names the package to install.
core::Result<const Libpq*> LoadedLibpq();

}  // namespace base::sql
