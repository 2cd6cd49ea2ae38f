import type { Guest } from './guest.ts'

/** What systemd knows of the service, by the names of its properties. */
export type Properties = Readonly<Record<string, string>>

/** Every file, user, group and unit that an installation could leave behind; what changes by itself is left out. */
const TRACES =
  'find / -xdev \\( -path /proc -o -path /sys -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /dev ' +
  "-o -path /root/.npm \\) -prune -o ! -name '*-' ! -name .pwd.lock -print | sort; cat /etc/passwd /etc/group; " +
  "stat -c '%n %U %G %a' /dev/gpiochip* /dev/i2c-* /sys/class/gpio/*port; systemctl list-unit-files --no-legend --no-pager | sort"

/** The emulator is slow, and the more so beside other programs: patience, and JavaScript that is interpreted. */
const PATIENCE =
  '[Service]\\nEnvironment=NODE_OPTIONS=--jitless\\nTimeoutStartSec=300\\nTimeoutStopSec=120\\nWatchdogSec=20\\n'
const SETTINGS = 'Environment=NEUROND_ID=pi-a NEUROND_LOOP__TICKMS=5 NEUROND_LOOP__SPINUS=0\\n'
const MESSAGES = '/tmp/messages'

export const COMMAND_MS = 120_000
export const START_MS = 300_000

/** Settings for the emulator that stay when the service goes. */
export async function slowDown(guest: Guest): Promise<void> {
  const folder = '/run/systemd/system/neurond.service.d'
  await guest.run(`mkdir -p ${folder}; printf '${PATIENCE}${SETTINGS}' >${folder}/lab.conf`)
}

/** A command as the README has it, with sudo. */
export function asRoot(guest: Guest, command: string): Promise<string> {
  return guest.run(`NODE_OPTIONS=--jitless sudo --preserve-env=NODE_OPTIONS ${command} 2>&1`, START_MS)
}

export async function traces(guest: Guest): Promise<readonly string[]> {
  return (await guest.run(TRACES, COMMAND_MS)).split('\n')
}

export async function properties(guest: Guest): Promise<Properties> {
  const shown = await guest.run('systemctl show neurond --no-pager', COMMAND_MS)
  return Object.fromEntries(shown.split('\n').map(line => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]))
}

/** Wait until the service has started so many times by itself, and is ready. */
export async function restarted(guest: Guest, times: number): Promise<void> {
  const asked = 'systemctl show neurond -p NRestarts -p ActiveState --value | tr "\\n" " "'
  await guest.run(`until [ "$(${asked})" = "${times} active " ]; do sleep 0.3; done`, START_MS)
}

/** Mosquitto and somebody who listens to all of it; what is published goes to a file, one JSON object a line. */
export async function startBroker(guest: Guest): Promise<void> {
  await guest.run('mosquitto -p 1883 >/dev/null 2>&1 & broker=$!')
}

export async function listen(guest: Guest): Promise<void> {
  await guest.run(
    `(until mosquitto_sub -t '#' -F '%j' >>${MESSAGES} 2>/dev/null; do sleep 0.3; done) & touch ${MESSAGES}`,
  )
}

/** Wait for a message on a topic of the neuron; what is retained counts too. */
export function message(guest: Guest, topic: string): Promise<string> {
  return guest.run(`until mosquitto_sub -C 1 -t neuron/v1/pi-a/${topic} 2>/dev/null; do sleep 0.3; done`, COMMAND_MS)
}

/** From now on the kernel notes every change of a GPIO line, by the clock that systemd uses. */
export async function traceLines(guest: Guest): Promise<void> {
  const folder = '/sys/kernel/tracing'
  await guest.run(`mountpoint -q ${folder} || mount -t tracefs tracefs ${folder}`)
  await guest.run(`cd ${folder}; echo mono >trace_clock; echo 1 >events/gpio/gpio_value/enable; cd`)
}

/** Kill the daemon while its LED is on; when that was, in seconds since the start. */
export async function killWhileOn(guest: Guest, line: number): Promise<number> {
  const isOn = `grep 'gpio_value: ${line} set' /sys/kernel/tracing/trace | tail -n 1 | grep -q 'set 1$'`
  const kill = 'kill -KILL $(systemctl show neurond -p MainPID --value)'
  const out = await guest.run(`until ${isOn}; do sleep 0.1; done; cut -d' ' -f1 /proc/uptime; ${kill}`, COMMAND_MS)
  return Number(out)
}

/** Stop the neuron's thread, and no other, for ever: it is the one with real-time priority, put in a frozen group. */
export async function freezeNeuron(guest: Guest): Promise<void> {
  const group = '/sys/fs/cgroup/system.slice/neurond.service/frozen'
  const find =
    'for task in /proc/$(systemctl show neurond -p MainPID --value)/task/*; do ' +
    `chrt -p \${task##*/} | grep -q FIFO && thread=\${task##*/}; done`
  await guest.run(`${find}; mkdir ${group}; echo threaded >${group}/cgroup.type`, COMMAND_MS)
  await guest.run(`echo $thread >${group}/cgroup.threads && echo 1 >${group}/cgroup.freeze`)
}
