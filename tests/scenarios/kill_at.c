// Preloaded into a program: kills it at the KILL_AT-th change of a file, before (KILL_WHEN=before) or right after it.
// With KILL_AT=0 it only writes the number of changes to the file KILL_COUNT when the program ends.
// Not part of any program of ours; for tests/scenarios/kill_everywhere.sh.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long changes;

static int regular(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// Counts one change; whether it is the one to die at.
static int is_last(void) {
  const char* at = getenv("KILL_AT");
  return at && atomic_fetch_add(&changes, 1) + 1 == atol(at);
}

static int dies_before(void) {
  const char* when = getenv("KILL_WHEN");
  return when && strcmp(when, "before") == 0;
}

__attribute__((destructor)) static void report(void) {
  const char* path = getenv("KILL_COUNT");
  FILE* file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  long count = atomic_load(&changes);
  fprintf(file, "%ld\n", count);
  fclose(file);
}

#define CHANGE(result, name, parameters, arguments, counted)              \
  result name parameters {                                                \
    static result(*real) parameters;                                      \
    if (!real) *(void**)(&real) = dlsym(RTLD_NEXT, #name);                \
    int last = (counted) && is_last();                                    \
    if (last && dies_before()) kill(getpid(), SIGKILL);                   \
    result outcome = real arguments;                                      \
    if (last) kill(getpid(), SIGKILL);                                    \
    return outcome;                                                       \
  }

CHANGE(ssize_t, write, (int fd, const void* data, size_t size), (fd, data, size), regular(fd))
CHANGE(ssize_t, writev, (int fd, const struct iovec* parts, int count), (fd, parts, count), regular(fd))
CHANGE(ssize_t, pwrite, (int fd, const void* data, size_t size, off_t at), (fd, data, size, at), regular(fd))
CHANGE(ssize_t, pwrite64, (int fd, const void* data, size_t size, off64_t at), (fd, data, size, at), regular(fd))
CHANGE(int, ftruncate, (int fd, off_t size), (fd, size), regular(fd))
CHANGE(int, ftruncate64, (int fd, off64_t size), (fd, size), regular(fd))
CHANGE(int, fsync, (int fd), (fd), regular(fd))
CHANGE(int, fdatasync, (int fd), (fd), regular(fd))
CHANGE(int, rename, (const char* from, const char* to), (from, to), 1)
CHANGE(int, unlink, (const char* path), (path), 1)
