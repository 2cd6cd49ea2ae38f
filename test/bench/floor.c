/*
 * The least that a spike over MQTT can cost: a publisher and a subscriber in C, MQTT 3.1.1 on a bare socket, QoS 0.
 *
 *     floor pub PORT TOPIC RATE_HZ SECONDS    a message per deadline, dated with the deadline, like a neuron's spike
 *     floor sub PORT SECONDS TOPIC...         prints "<topic> <seq> <us from tUs to here>" for each message, at the end
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
	perror(what);
	exit(1);
}

static int64_t now_ns(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void send_all(int fd, const uint8_t *bytes, size_t n) {
	while (n > 0) {
		ssize_t sent = write(fd, bytes, n);
		if (sent <= 0) die("write");
		bytes += sent;
		n -= (size_t)sent;
	}
}

/* Bodies are shorter than 16,384 bytes: the remaining length takes two bytes (MQTT 3.1.1, section 2.2.3). */
static void send_packet(int fd, uint8_t type, const uint8_t *body, size_t n) {
	uint8_t packet[600] = {type, (uint8_t)((n & 127) | 128), (uint8_t)(n >> 7)};
	memcpy(packet + 3, body, n);
	send_all(fd, packet, n + 3);
}

static size_t put_text(uint8_t *to, const char *text) {
	size_t n = strlen(text);
	to[0] = (uint8_t)(n >> 8);
	to[1] = (uint8_t)n;
	memcpy(to + 2, text, n);
	return n + 2;
}

static int connect_to(int port, const char *name) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	/* CONNECT: clean session, keepalive 0 */
	uint8_t body[100] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0}, answer[4];
	send_packet(fd, 0x10, body, 10 + put_text(body + 10, name));
	if (read(fd, answer, 4) != 4 || answer[3] != 0) die("CONNACK");
	return fd;
}

static void publish(int port, const char *topic, double rate_hz, double seconds) {
	int fd = connect_to(port, "floor-pub");
	prctl(PR_SET_TIMERSLACK, 1);
	int64_t start_ns = now_ns(CLOCK_MONOTONIC), wall_ns = now_ns(CLOCK_REALTIME) - now_ns(CLOCK_MONOTONIC);
	for (long seq = 1; seq <= rate_hz * seconds; seq++) {
		int64_t due_ns = start_ns + (int64_t)((double)seq * 1e9 / rate_hz);
		struct timespec due = {due_ns / 1000000000, due_ns % 1000000000};
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR);
		uint8_t body[300];
		size_t n = put_text(body, topic);
		n += (size_t)sprintf((char *)body + n, "{\"seq\":%ld,\"tUs\":%ld,\"isiMs\":1.000}", seq,
		                     (long)((wall_ns + due_ns) / 1000));
		send_packet(fd, 0x30, body, n);
	}
	close(fd);
}

struct arrival {
	char topic[64];
	long seq;
	double us;
};

static struct arrival *arrivals;
static size_t count, room;

static void note(const uint8_t *packet, size_t n, int64_t at_ns) {
	static char text[4096];
	size_t topic = (size_t)(packet[0] << 8 | packet[1]);
	if (topic + 2 > n || n - topic >= sizeof text) return;
	memcpy(text, packet + 2 + topic, n - 2 - topic);
	text[n - 2 - topic] = 0;
	const char *seq = strstr(text, "\"seq\":"), *us = strstr(text, "\"tUs\":");
	if (!seq || !us) return;
	if (count == room && !(arrivals = realloc(arrivals, (room = room * 2 + 1024) * sizeof *arrivals))) die("realloc");
	struct arrival *a = &arrivals[count++];
	snprintf(a->topic, sizeof a->topic, "%.*s", (int)topic, packet + 2);
	a->seq = atol(seq + 6);
	a->us = (double)at_ns / 1000 - atof(us + 6);
}

static void subscribe(int port, double seconds, char **topics) {
	int fd = connect_to(port, "floor-sub");
	uint8_t body[300] = {0, 1};
	size_t n = 2;
	for (; *topics; topics++) {
		n += put_text(body + n, *topics);
		body[n++] = 0;
	}
	send_packet(fd, 0x82, body, n);
	struct timeval patience = {0, 100000};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	static uint8_t bytes[1 << 20];
	size_t have = 0;
	int64_t end_ns = now_ns(CLOCK_MONOTONIC) + (int64_t)(seconds * 1e9);
	while (now_ns(CLOCK_MONOTONIC) < end_ns) {
		ssize_t got = read(fd, bytes + have, sizeof bytes - have);
		int64_t at_ns = now_ns(CLOCK_REALTIME);
		if (got == 0) die("the broker hung up");
		if (got < 0) continue;
		have += (size_t)got;
		size_t from = 0;
		for (;;) {
			size_t length = 0, head = 1;
			int shift = 0, whole = 0;
			for (; from + head < have && !whole; head++, shift += 7) {
				length |= (size_t)(bytes[from + head] & 127) << shift;
				whole = bytes[from + head] < 128;
			}
			if (!whole || from + head + length > have) break;
			if (bytes[from] >> 4 == 3) note(bytes + from + head, length, at_ns);
			from += head + length;
		}
		memmove(bytes, bytes + from, have -= from);
	}
	for (size_t i = 0; i < count; i++) printf("%s %ld %.1f\n", arrivals[i].topic, arrivals[i].seq, arrivals[i].us);
}

int main(int argc, char **argv) {
	if (argc == 6 && strcmp(argv[1], "pub") == 0) publish(atoi(argv[2]), argv[3], atof(argv[4]), atof(argv[5]));
	else if (argc >= 5 && strcmp(argv[1], "sub") == 0) subscribe(atoi(argv[2]), atof(argv[3]), argv + 4);
	else return fprintf(stderr, "floor pub PORT TOPIC RATE_HZ SECONDS | floor sub PORT SECONDS TOPIC...\n"), 2;
	return 0;
}
