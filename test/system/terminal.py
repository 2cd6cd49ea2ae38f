"""Runs a program on a terminal of its own, in a session of its own, as a shell does.

argv: a JSON object: argv, streams (three of "terminal", "null" or a path), background.
Prints lines of JSON: {"pid": …} once, then {"text": …} for what the terminal shows.
Reads lines of JSON: {"end": "leader"}, {"end": "terminal"}, {"stop": "reading"}, {"type": "q"}.
"""
import fcntl, json, os, select, signal, sys, termios

given = json.loads(sys.argv[1])
master, slave = os.openpty()
report, reported = os.pipe()
leader = os.fork()
if leader == 0:
    os.close(master)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        if not given["background"]:
            os.tcsetpgrp(slave, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        for fd, stream in enumerate(given["streams"]):
            how = os.O_RDONLY if fd == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
            os.dup2(slave if stream == "terminal" else os.open("/dev/null" if stream == "null" else stream, how), fd)
        os.closerange(3, 64)
        os.execvp(given["argv"][0], given["argv"])
    os.write(reported, b"%d" % pid)
    os.close(slave)
    os.waitpid(pid, 0)
    os._exit(0)
os.close(slave)


def say(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


say(pid=int(os.read(report, 20)))
reads = [0, master]
while True:
    ready, _, _ = select.select(reads, [], [])
    if master in ready:
        try:
            say(text=os.read(master, 65536).decode("utf8", "replace"))
        except OSError:
            reads.remove(master)
    if 0 in ready:
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(0, 1)
            if byte == b"":
                sys.exit(0)
            line += byte
        order = json.loads(line)
        if order.get("end") == "leader":
            os.kill(leader, signal.SIGKILL)
            os.waitpid(leader, 0)
        elif order.get("end") == "terminal":
            if master in reads:
                reads.remove(master)
            os.close(master)
        elif order.get("stop") == "reading":
            reads.remove(master)
        elif "type" in order:
            os.write(master, order["type"].encode())
