import type { Guest } from './guest.ts'
import { edgesOf } from './neurond.ts'

/** What systemd knows of the service, by the names of its properties. */
export type Properties = Readonly<Record<string, string>>

/** Every file, user, group and unit that an installation could leave behind; what changes by itself is left out. */
const TRACES =
  'find / -xdev \\( -path /proc -o -path /sys -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /dev ' +
  "-o -path /root/.npm \\) -prune -o ! -name '*-' ! -name .pwd.lock -print | sort; cat /etc/passwd /etc/group; " +
  "stat -c '%n %U %G %a' /dev/gpiochip* /dev/i2c-* /sys/class/gpio/*port; systemctl list-unit-files --no-legend --no-pager | sort"

const MESSAGES = '/tmp/messages'
/** With a session that outlasts its connection. */
const LISTENER = "-c -i listener -q 1 -t '#'"

export const CONFIG = '/etc/neurond/neurond.yaml'

export const COMMAND_MS = 240_000
export const START_MS = 600_000

/** A command as the README has it, with sudo. */
export function asRoot(guest: Guest, command: string): Promise<string> {
  return guest.run(`NODE_OPTIONS=--jitless sudo --preserve-env=NODE_OPTIONS ${command} 2>&1`, START_MS)
}

/** A command as the service could give it: by its user, and where it sees what the unit lets it see. */
export async function asService(guest: Guest, command: string): Promise<string> {
  const { MainPID } = await properties(guest)
  const user = 'setpriv --reuid neurond --regid neurond --clear-groups'
  return guest.run(`nsenter -t ${MainPID} -m ${user} sh -c '${command}' 2>&1`)
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

/** Mosquitto, on port 1883 unless given. It knows what `announceListener` has noted. */
export async function startBroker(guest: Guest, port = 1883): Promise<void> {
  const lines = `listener ${port}\\nallow_anonymous true\\nuser root\\npersistence true\\npersistence_location /run/\\n`
  await guest.run(`printf '${lines}' >/tmp/broker.conf; mosquitto -c /tmp/broker.conf >/dev/null 2>&1 & broker=$!`)
}

/** So that a broker which is started later keeps everything for the listener, from the first message on. */
export async function announceListener(guest: Guest): Promise<void> {
  await startBroker(guest, 1884)
  await guest.run(
    `until mosquitto_sub ${LISTENER} -p 1884 -E 2>/dev/null; do sleep 0.3; done; kill $broker; wait $broker`,
  )
}

/** All that is published from now on goes to a file, one JSON object a line. */
export async function listen(guest: Guest): Promise<void> {
  const hear = `mosquitto_sub ${LISTENER} -F '%j' >>${MESSAGES} 2>/dev/null`
  await guest.run(`(until ${hear}; do sleep 0.3; done) & touch ${MESSAGES}`)
}

/** Wait for a message on a topic of the neuron; what is retained counts too. */
export function message(guest: Guest, topic: string): Promise<string> {
  return guest.run(`until mosquitto_sub -C 1 -t neuron/v1/pi-a/${topic} 2>/dev/null; do sleep 0.3; done`, COMMAND_MS)
}

/** Restart the service, and wait for what the daemon of the new run tells of itself; what the last one told is retained. */
export async function restart(guest: Guest): Promise<void> {
  const { boot } = JSON.parse(await message(guest, 'info'))
  await guest.run('systemctl restart neurond', START_MS)
  await infoAfter(guest, boot)
}

/** What the daemon tells of itself once it is another run than the one with this boot id. */
export async function infoAfter(guest: Guest, boot: string): Promise<object> {
  for (;;) {
    const info = JSON.parse(await message(guest, 'info'))
    if (info.boot !== boot) return info
    await guest.run('sleep 0.3')
  }
}

/** The outputs, as the daemon tells of them now. */
export async function outputsOf(guest: Guest): Promise<readonly string[]> {
  const { drivers } = JSON.parse(await message(guest, 'info'))
  return drivers.outputs.map(({ description }: { description: string }) => description)
}

/** From now on the kernel notes every change of a GPIO line and of a tone, by the clock that systemd uses. */
export async function traceLines(guest: Guest): Promise<void> {
  const folder = '/sys/kernel/tracing'
  await guest.run(`mountpoint -q ${folder} || mount -t tracefs tracefs ${folder}`)
  const events = 'echo 1 | tee events/gpio/gpio_value/enable events/pwm/pwm_apply/enable >/dev/null'
  await guest.run(`cd ${folder}; echo mono >trace_clock; ${events}; cd`)
}

/** Wait until the neuron has told something like this, in a message. */
export async function hasTold(guest: Guest, words: string): Promise<void> {
  await guest.run(`until grep -q '${words}' ${MESSAGES}; do sleep 0.3; done`, COMMAND_MS)
}

/** Whether each of these lines was high when it changed last. */
export async function levels(guest: Guest, lines: readonly number[]): Promise<(boolean | undefined)[]> {
  const found: (boolean | undefined)[] = []
  for (const line of lines) found.push((await edgesOf(guest, line)).at(-1)?.high)
  return found
}

/** Change the parameters as others do over MQTT. */
export async function setParams(guest: Guest, params: object): Promise<void> {
  await guest.run(`mosquitto_pub -q 1 -t neuron/v1/pi-a/params/set -m '${JSON.stringify(params)}'`)
}

/** How often the lamp of the kernel was lit so far, and how bright it is now, 0 to 255. */
export async function lamp(guest: Guest): Promise<{ readonly flashes: number; readonly brightness: number }> {
  const shown = await guest.run('cat /sys/module/simled/parameters/flashes /sys/class/leds/neuron/brightness')
  const [flashes = Number.NaN, brightness = Number.NaN] = shown.split('\n').map(Number)
  return { flashes, brightness }
}

/** Whether the tone sounded, after every change. */
export async function tones(guest: Guest): Promise<readonly boolean[]> {
  const found = await guest.run("sed -n 's/.*pwm_apply: .*enabled=\\([01]\\).*/\\1/p' /sys/kernel/tracing/trace")
  return found.split('\n').map(word => word === '1')
}

/** Put other outputs into the configuration, as YAML. */
export async function setOutputs(guest: Guest, outputs: readonly string[]): Promise<void> {
  await guest.run(`sed -i '/^outputs:/,/^$/d' ${CONFIG}; echo 'outputs: [${outputs.join(', ')}]' >>${CONFIG}`)
}

/** Kill the daemon while its LED is on, halted so that it stays on; when that was, in seconds since the start. */
export async function killWhileOn(guest: Guest, line: number): Promise<number> {
  const isOn = `grep 'gpio_value: ${line} set' /sys/kernel/tracing/trace | tail -n 1 | grep -q 'set 1$'`
  const halt = 'kill -STOP $pid; sleep 0.3'
  const find = `until ${halt}; ${isOn}; do kill -CONT $pid; sleep 0.7; done`
  const out = await guest.run(
    `pid=$(systemctl show neurond -p MainPID --value); ${find}; cut -d' ' -f1 /proc/uptime; kill -KILL $pid`,
    COMMAND_MS,
  )
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
