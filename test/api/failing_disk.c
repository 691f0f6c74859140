/* Preloaded into a server, a disk that fails when a test says so: while the folder FAILING_DISK holds a
   file `sync`, what syncs fails; while it holds `full`, nothing is free. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int is_said(const char* what) {
  char path[4096];
  const char* folder = getenv("FAILING_DISK");
  if (folder == NULL) return 0;
  snprintf(path, sizeof path, "%s/%s", folder, what);
  return access(path, F_OK) == 0;
}

static int sync_unless_said(const char* name, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  if (!is_said("sync")) return real(file);
  errno = EIO;
  return -1;
}

int fsync(int file) { return sync_unless_said("fsync", file); }
int fdatasync(int file) { return sync_unless_said("fdatasync", file); }

int statvfs(const char* path, struct statvfs* out) {
  int (*real)(const char*, struct statvfs*) =
      (int (*)(const char*, struct statvfs*))dlsym(RTLD_NEXT, "statvfs");
  const int status = real(path, out);
  if (is_said("full")) out->f_bfree = out->f_bavail = 0;
  return status;
}

/* The same function, where file offsets have 64 bits anyway. */
int statvfs64(const char* path, struct statvfs64* out) {
  return statvfs(path, (struct statvfs*)out);
}
