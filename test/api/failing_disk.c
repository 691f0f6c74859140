/* Preloaded into a server, a disk that fails when a test says so: while the folder FAILING_DISK holds a
   file `sync`, what syncs fails; while it holds `stuck`, it does not come to its end; while it holds
   `full`, nothing is free; while it holds `nospace`, no file takes another byte, and no new one is made.

   If there is a file `synced`, a line is added to it for each file made, `INODE 0`, and for each that
   was synced, `INODE SIZE`: so whoever pulls the plug knows what a disk may forget. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <unistd.h>

static int is_said(const char* what) {
  char path[4096];
  const char* folder = getenv("FAILING_DISK");
  if (folder == NULL) return 0;
  snprintf(path, sizeof path, "%s/%s", folder, what);
  const int before = errno;
  const int is_there = access(path, F_OK) == 0;
  errno = before;
  return is_there;
}

static ssize_t real_write(int file, const void* bytes, size_t size) {
  static ssize_t (*real)(int, const void*, size_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  return real(file, bytes, size);
}

static int real_open(const char* path, int flags, mode_t mode) {
  static int (*real)(const char*, int, ...);
  if (real == NULL) real = (int (*)(const char*, int, ...))dlsym(RTLD_NEXT, "open");
  return real(path, flags, mode);
}

static void note(const struct stat* about, long long size) {
  const char* folder = getenv("FAILING_DISK");
  if (folder == NULL || !S_ISREG(about->st_mode)) return;
  const int before = errno;
  char text[4096];
  snprintf(text, sizeof text, "%s/synced", folder);
  const int notes = real_open(text, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
  if (notes >= 0) {
    const int length =
        snprintf(text, sizeof text, "%llu %lld\n", (unsigned long long)about->st_ino, size);
    if (real_write(notes, text, length) != length) abort(); /* or more would seem forgotten */
    close(notes);
  }
  errno = before;
}

static int sync_unless_said(const char* name, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  while (is_said("stuck")) usleep(10 * 1000);
  if (is_said("sync")) {
    errno = EIO;
    return -1;
  }
  /* What is written meanwhile may be synced or not. */
  struct stat about;
  const int is_known = fstat(file, &about) == 0;
  const int status = real(file);
  if (status == 0 && is_known) note(&about, about.st_size);
  return status;
}

int fsync(int file) { return sync_unless_said("fsync", file); }
int fdatasync(int file) { return sync_unless_said("fdatasync", file); }

/* Of files only: what goes into a socket or a pipe needs no disk. */
static int is_refused(int file) {
  struct stat about;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || !is_said("nospace")) return 0;
  errno = ENOSPC;
  return 1;
}

ssize_t write(int file, const void* bytes, size_t size) {
  return is_refused(file) ? -1 : real_write(file, bytes, size);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  static ssize_t (*real)(int, const void*, size_t, off_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  return is_refused(file) ? -1 : real(file, bytes, size, at);
}

int fallocate(int file, int mode, off_t at, off_t size) {
  static int (*real)(int, int, off_t, off_t);
  if (real == NULL) real = (int (*)(int, int, off_t, off_t))dlsym(RTLD_NEXT, "fallocate");
  return is_refused(file) ? -1 : real(file, mode, at, size);
}

static int makes_file(int flags) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = makes_file(flags) ? va_arg(more, mode_t) : 0;
  va_end(more);
  const int is_new = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  if (is_new && is_said("nospace")) {
    errno = ENOSPC;
    return -1;
  }
  const int file = real_open(path, flags, mode);
  struct stat about;
  if (is_new && file >= 0 && fstat(file, &about) == 0) note(&about, 0);
  return file;
}

/* The same functions, where file offsets have 64 bits anyway. */
ssize_t pwrite64(int file, const void* bytes, size_t size, off_t at) {
  return pwrite(file, bytes, size, at);
}
int fallocate64(int file, int mode, off_t at, off_t size) {
  return fallocate(file, mode, at, size);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = makes_file(flags) ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open(path, flags, mode);
}

int statvfs(const char* path, struct statvfs* out) {
  int (*real)(const char*, struct statvfs*) =
      (int (*)(const char*, struct statvfs*))dlsym(RTLD_NEXT, "statvfs");
  const int status = real(path, out);
  if (is_said("full")) out->f_bfree = out->f_bavail = 0;
  return status;
}

int statvfs64(const char* path, struct statvfs64* out) {
  return statvfs(path, (struct statvfs*)out);
}
