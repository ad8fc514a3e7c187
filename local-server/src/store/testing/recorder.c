/* Preloaded into a process (LD_PRELOAD), writes down in order what it does to the files of one
 * folder: creations, writes, truncations, renames, removals, syncs, and what it says on stdout.
 * A power cut keeps what was synced and any part of the rest; power-states.ts builds those states.
 *
 * RECORD_FOLDER names the folder, RECORD_LOG the log. A record is: kind (1 byte), length of the
 * name (2), offset (8), length of the data (8), name, data; little-endian. Shared memory (-shm)
 * is no part of what survives and is left out. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int log_fd = -1;
static const char *folder;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int ready(void) {
  if (log_fd >= 0) return 1;
  const char *path = getenv("RECORD_LOG");
  folder = getenv("RECORD_FOLDER");
  if (path == NULL || folder == NULL) return 0;
  log_fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return log_fd >= 0;
}

static int is_ours(const char *name) {
  if (!ready() || name == NULL || strncmp(name, folder, strlen(folder)) != 0) return 0;
  return strstr(name, "-shm") == NULL;
}

static const char *name_of(int fd) {
  static __thread char name[4096];
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length <= 0) return NULL;
  name[length] = 0;
  return name;
}

/* One write call a record: nothing of it can be torn or mixed with another. */
static void record(char kind, const char *name, uint64_t offset, const void *data, uint64_t length) {
  uint16_t name_length = strlen(name);
  size_t carried = data == NULL ? 0 : length;
  char *bytes = malloc(19 + name_length + carried);
  bytes[0] = kind;
  memcpy(bytes + 1, &name_length, 2);
  memcpy(bytes + 3, &offset, 8);
  memcpy(bytes + 11, &length, 8);
  memcpy(bytes + 19, name, name_length);
  if (carried > 0) memcpy(bytes + 19 + name_length, data, carried);
  pthread_mutex_lock(&mutex);
  if (syscall(SYS_write, log_fd, bytes, 19 + name_length + carried) < 0) abort();
  pthread_mutex_unlock(&mutex);
  free(bytes);
}

#define REAL(result, name, ...)                                   \
  static result (*real)(__VA_ARGS__);                             \
  if (real == NULL) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static void created(const char *path, int flags, int fd, int existed) {
  if (fd < 0 || existed) return;
  if ((flags & O_CREAT) == 0 || !is_ours(path)) return;
  record('C', path, 0, NULL, 0);
}

static int exists(const char *path) {
  return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

#define OPEN(symbol)                                              \
  int symbol(const char *path, int flags, ...) {                  \
    REAL(int, #symbol, const char *, int, ...);                   \
    va_list rest;                                                 \
    va_start(rest, flags);                                        \
    mode_t mode = va_arg(rest, mode_t);                           \
    va_end(rest);                                                 \
    int existed = (flags & O_CREAT) != 0 && exists(path);         \
    int fd = real(path, flags, mode);                             \
    created(path, flags, fd, existed);                            \
    return fd;                                                    \
  }
OPEN(open)
OPEN(open64)

static void wrote(int fd, const void *data, uint64_t offset, ssize_t length) {
  const char *name = name_of(fd);
  if (length > 0 && is_ours(name)) record('W', name, offset, data, length);
}

#define PWRITE(symbol)                                            \
  ssize_t symbol(int fd, const void *data, size_t size, off64_t offset) { \
    REAL(ssize_t, #symbol, int, const void *, size_t, off64_t);   \
    ssize_t length = real(fd, data, size, offset);                \
    wrote(fd, data, offset, length);                              \
    return length;                                                \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (fd == 1 && ready()) record('A', "stdout", 0, data, size);
  if (fd <= 2 || fd == log_fd) return real(fd, data, size);
  off64_t offset = lseek64(fd, 0, SEEK_CUR);
  ssize_t length = real(fd, data, size);
  wrote(fd, data, offset, length);
  return length;
}

#define TRUNCATE(symbol)                                          \
  int symbol(int fd, off64_t size) {                              \
    REAL(int, #symbol, int, off64_t);                             \
    int result = real(fd, size);                                  \
    const char *name = name_of(fd);                               \
    if (result == 0 && is_ours(name)) record('T', name, size, NULL, 0); \
    return result;                                                \
  }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(symbol)                                              \
  int symbol(int fd) {                                            \
    REAL(int, #symbol, int);                                      \
    int result = real(fd);                                        \
    const char *name = name_of(fd);                               \
    if (result == 0 && is_ours(name)) record('S', name, 0, NULL, 0); \
    return result;                                                \
  }
SYNC(fsync)
SYNC(fdatasync)

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  int result = real(from, to);
  if (result == 0 && is_ours(from)) record('R', from, 0, to, strlen(to));
  return result;
}

int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  int result = real(path);
  if (result == 0 && is_ours(path)) record('U', path, 0, NULL, 0);
  return result;
}
