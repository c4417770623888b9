// A disk and a clock with faults, loaded before the program (LD_PRELOAD) by the tests of this folder.
//
// * It remembers what was written to the database and not yet synced, so that a test can take it back: a power cut.
// * It refuses to write while it is told to: a disk that is full, or read-only.
// * It adds seconds to the time of day.
//
// FAULTY_DISK_FILES is the database's path; its files are those that begin with it.
// FAULTY_DISK_CONTROL is a file of 16 bytes that the test writes: seconds to add (8 bytes), errno of writes (4 bytes).
// FAULTY_DISK_UNDO is the file of what would have to be undone; without it nothing is remembered.
//
// Everything real is done by a plain system call, so that nothing here meets itself.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { UNWATCHED, DATABASE, LOG, OTHER, KINDS };
enum { WRITTEN = 1, SYNCED = 2 };
enum { DESCRIPTORS = 65536, LARGEST = 1 << 20 };
// What a sync takes at least: where a disk is fast, there would rarely be anything to undo.
enum { SYNC_MICROSECONDS = 2000 };

struct control {
    int64_t seconds;
    int32_t error;
    int32_t unused;
};

// Before the bytes that were there; the test reads it with the same layout.
struct record {
    uint32_t what, file;
    int64_t offset, length, kept, size;
};

static struct control well;
static volatile struct control *control = &well;
static const char *files;
static int undo = -1;
static unsigned char kind_of[DESCRIPTORS];
static long unsynced[KINDS];
static char before[LARGEST];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("FAULTY_DISK_CONTROL");
    if (path) {
        int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
        void *shared = mmap(NULL, sizeof(struct control), PROT_READ, MAP_SHARED, fd, 0);
        if (shared == MAP_FAILED)
            abort();
        control = shared;
        syscall(SYS_close, fd);
    }
    path = getenv("FAULTY_DISK_UNDO");
    if (path) {
        undo = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (undo < 0)
            abort();
    }
    files = getenv("FAULTY_DISK_FILES");
}

static int kind_of_path(const char *path)
{
    size_t length = files ? strlen(files) : 0;
    if (!length || strncmp(path, files, length))
        return UNWATCHED;
    if (!path[length])
        return DATABASE;
    return strcmp(path + length, "-wal") ? OTHER : LOG;
}

static int watched(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS ? kind_of[fd] : UNWATCHED;
}

static int open_file(int folder, const char *path, int flags, mode_t mode)
{
    int fd = syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && fd < DESCRIPTORS)
        kind_of[fd] = kind_of_path(path);
    return fd;
}

#define MODE(flags, mode)                              \
    mode_t mode = 0;                                   \
    if ((flags) & (O_CREAT | O_TMPFILE)) {             \
        va_list more;                                  \
        va_start(more, flags);                         \
        mode = va_arg(more, mode_t);                   \
        va_end(more);                                  \
    }

int open(const char *path, int flags, ...)
{
    MODE(flags, mode)
    return open_file(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    MODE(flags, mode)
    return open_file(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    MODE(flags, mode)
    return open_file(folder, path, flags, mode);
}

int close(int fd)
{
    if (fd >= 0 && fd < DESCRIPTORS)
        kind_of[fd] = UNWATCHED;
    return syscall(SYS_close, fd);
}

// What lies at [offset, offset + length) now, and how long the file is. The mutex is held.
static void remember_part(int fd, int file, off_t offset, size_t length, off_t size)
{
    ssize_t kept = length ? syscall(SYS_pread64, fd, before, length, offset) : 0;
    struct record record = {WRITTEN, file, offset, length, kept > 0 ? kept : 0, size};
    struct iovec parts[2] = {{&record, sizeof record}, {before, record.kept}};
    if (syscall(SYS_writev, undo, parts, 2) != (ssize_t)sizeof record + record.kept)
        abort();
    unsynced[file]++;
}

static void remember(int fd, int file, off_t offset, off_t length)
{
    struct stat now;
    if (fstat(fd, &now))
        abort();
    do {
        size_t part = length < LARGEST ? length : LARGEST;
        remember_part(fd, file, offset, part, now.st_size);
        offset += part;
        length -= part;
    } while (length > 0);
}

static int is_remembered(int file)
{
    return undo >= 0 && (file == DATABASE || file == LOG);
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset, int moves)
{
    int file = watched(fd);
    if (file != UNWATCHED && control->error) {
        errno = control->error;
        return -1;
    }
    if (!is_remembered(file))
        return moves ? syscall(SYS_write, fd, bytes, length) : syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_lock(&mutex);
    remember(fd, file, moves ? lseek(fd, 0, SEEK_CUR) : offset, length);
    ssize_t done = moves ? syscall(SYS_write, fd, bytes, length) : syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_unlock(&mutex);
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    return write_at(fd, bytes, length, 0, 1);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    return write_at(fd, bytes, length, offset, 0);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    return write_at(fd, bytes, length, offset, 0);
}

static int set_size(int fd, off_t size)
{
    int file = watched(fd);
    struct stat now;
    if (file != UNWATCHED && control->error && !fstat(fd, &now) && size > now.st_size) {
        errno = control->error;
        return -1;
    }
    if (!is_remembered(file))
        return syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&mutex);
    if (fstat(fd, &now))
        abort();
    remember(fd, file, size, now.st_size > size ? now.st_size - size : 0);
    int done = syscall(SYS_ftruncate, fd, size);
    pthread_mutex_unlock(&mutex);
    return done;
}

int ftruncate(int fd, off_t size)
{
    return set_size(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return set_size(fd, size);
}

// Nobody writes meanwhile, so it is exact what a sync covers. When nothing is left to undo, the file starts afresh.
static int sync_file(long number, int fd)
{
    int file = watched(fd);
    if (!is_remembered(file))
        return syscall(number, fd);
    pthread_mutex_lock(&mutex);
    usleep(SYNC_MICROSECONDS);
    int failed = syscall(number, fd);
    if (!failed && unsynced[file]) {
        struct record record = {SYNCED, file, 0, 0, 0, 0};
        unsynced[file] = 0;
        if (!unsynced[DATABASE] && !unsynced[LOG])
            failed = syscall(SYS_ftruncate, undo, 0);
        else if (syscall(SYS_write, undo, &record, sizeof record) != sizeof record)
            abort();
    }
    pthread_mutex_unlock(&mutex);
    return failed;
}

int fsync(int fd)
{
    return sync_file(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return sync_file(SYS_fdatasync, fd);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += control->seconds;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result)
        *result = now.tv_sec;
    return now.tv_sec;
}
