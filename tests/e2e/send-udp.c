/* SPDX-License-Identifier: Apache-2.0
 *
 * send-udp.c - sends empty UDP packets at a rate, to several addresses in turn. Prints how many the kernel took.
 * send-udp RATE COUNT PORT IPV4… (RATE: a second; 0: as fast as it goes) */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE 64u
#define TARGETS_MAX 16u

static int64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Waits until so many may have gone by the rate. */
static void
keep_to(unsigned long rate, int64_t began, unsigned long sent)
{
    int64_t due = rate == 0 ? 0 : began + (int64_t)((double)sent * 1e9 / (double)rate);
    struct timespec at = { .tv_sec = due / 1000000000, .tv_nsec = due % 1000000000 };

    if (rate != 0 && due > now_ns())
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

int
main(int argc, char **argv)
{
    struct sockaddr_in to[TARGETS_MAX] = { 0 };
    struct mmsghdr message[AT_ONCE] = { 0 };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    unsigned targets = 0;

    if (argc < 5 || argc - 4 > (int)TARGETS_MAX || fd < 0) {
        fprintf(stderr, "send-udp RATE COUNT PORT IPV4...\n");
        return 2;
    }
    unsigned long rate = strtoul(argv[1], NULL, 10), count = strtoul(argv[2], NULL, 10), sent = 0;
    for (int i = 4; i < argc; i++, targets++) {
        to[targets].sin_family = AF_INET;
        to[targets].sin_port = htons((uint16_t)strtoul(argv[3], NULL, 10));
        if (inet_pton(AF_INET, argv[i], &to[targets].sin_addr) != 1)
            return 2;
    }
    int64_t began = now_ns();
    while (sent < count) {
        unsigned n = count - sent < AT_ONCE ? (unsigned)(count - sent) : AT_ONCE;
        for (unsigned i = 0; i < n; i++)
            message[i].msg_hdr = (struct msghdr){ .msg_name = &to[(sent + i) % targets],
                                                  .msg_namelen = sizeof to[0] };
        int done = sendmmsg(fd, message, n, 0);
        if (done < 0 && errno != EINTR && errno != ENOBUFS && errno != EAGAIN) {
            perror("send-udp");
            return 1;
        }
        sent += done > 0 ? (unsigned long)done : 0;
        keep_to(rate, began, sent);
    }
    printf("{\"sent\": %lu, \"seconds\": %.6f}\n", sent, (double)(now_ns() - began) / 1e9);
    close(fd);
    return 0;
}
