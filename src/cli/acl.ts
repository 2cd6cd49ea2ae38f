import { Command, InvalidArgumentError } from 'commander'
import { topicsOf } from '../mqtt/topics.ts'
import type { Console } from './console.ts'

/** The members of a class. */
interface ClassMembers {
  /** Ids of the neurons: each is also the user name of its daemon. */
  readonly neurons: readonly string[]
  readonly students: number
  readonly base: string
}

const FOLDER = '/etc/mosquitto'
const MOST_STUDENTS = 500
/** Topics of other neurons that synapses and the class wall need. */
const READABLE_BY_NEURONS = ['spike', 'spikes', 'info', 'status', 'state', 'params', 'lesson', 'reply']

const EXAMPLES = `
Example, on the machine of the broker:
  neurond acl --class pi-a,pi-b --students 4          read it, then paste it into a shell
  neurond acl --class pi-a,pi-b --students 4 --rules  the access rules alone

Everybody may watch. Each neuron (user name: its id) publishes its own topics and sees the others. Student 1 may stimulate
the first neuron, student 2 the second, and so on in turn. The user "teacher" may do everything: a neuron with
mqtt.username teacher has a class wall (/wall on its dashboard) that controls the class, and leads its lessons. Home Assistant
logs in as "homeassistant": it finds every neuron (mqtt.homeAssistant true), sees it, and may operate it.
`

/** `neurond acl`: Mosquitto's access rules for a class, and the commands that make its users. */
export function aclCommand({ print }: Pick<Console, 'print'>): Command {
  return new Command('acl')
    .description("print Mosquitto's access rules and password commands for a class")
    .requiredOption('--class <ids>', 'ids of the neurons, like pi-a,pi-b', idsIn)
    .option('--students <number>', 'how many students may stimulate', studentsIn, 0)
    .option('--base <topic>', 'first levels of every topic', baseIn, 'neuron/v1')
    .option('--rules', 'print the access rules alone')
    .addHelpText('after', EXAMPLES)
    .action((options: { class: readonly string[]; students: number; base: string; rules?: true }) => {
      const members = { neurons: options.class, students: options.students, base: options.base }
      print(options.rules ? aclRules(members) : shellScript(members))
    })
}

/** The file `neuron.acl`. */
export function aclRules({ neurons, students, base }: ClassMembers): string {
  const lines = [
    '# Everybody, without a password: watch, and control nothing.',
    `topic read ${base}/#`,
    `topic deny ${base}/+/cmd/#`,
    `topic deny ${base}/+/params/set`,
    `topic deny ${base}/+/syn/#`,
    '',
    '# Neurons: the user name is the id. (A warning about patterns without %u is harmless.)',
    `pattern readwrite ${base}/%u/#`,
    ...READABLE_BY_NEURONS.map(name => `pattern read ${base}/+/${name}`),
    `pattern read ${base}/all/#`,
    'pattern read homeassistant/status',
    'pattern write homeassistant/device/neurond_%u/config',
    '',
    'user teacher',
    `topic readwrite ${base}/#`,
    '# To remove a neuron that is gone.',
    'topic write homeassistant/device/+/config',
    '',
    'user homeassistant',
    `topic read ${base}/#`,
    `topic write ${base}/+/cmd/+`,
    `topic write ${base}/+/params/set`,
    '# What neurons announce, and its own status; it may clear what is gone.',
    'topic readwrite homeassistant/#',
  ]
  for (let student = 1; student <= students; student++) {
    const own = `${base}/${neurons[(student - 1) % neurons.length]}`
    lines.push('', `user student${student}`, `topic read ${base}/#`)
    for (const name of ['cmd/stim', 'cmd/identify', 'syn/+']) lines.push(`topic write ${own}/${name}`)
    lines.push(`topic write ${base}/+/cmd/replay`)
  }
  return `${lines.join('\n')}\n`
}

/** The file `neuron.conf`: plain MQTT on this machine alone, TLS in the network. Everybody may read. */
function brokerLines(): string {
  return `listener 1883 127.0.0.1
listener 8883
cafile ${FOLDER}/certs/ca.crt
certfile ${FOLDER}/certs/server.crt
keyfile ${FOLDER}/certs/server.key
set_tcp_nodelay true
max_queued_messages 10000
# Watching needs no password; with false it does.
allow_anonymous true
password_file ${FOLDER}/neuron.pw
acl_file ${FOLDER}/neuron.acl
`
}

function shellScript(members: ClassMembers): string {
  const users = [
    ...members.neurons,
    'teacher',
    'homeassistant',
    ...Array.from({ length: members.students }, (_, i) => `student${i + 1}`),
  ]
  const passwords = users.map((user, i) => `sudo mosquitto_passwd ${i === 0 ? '-c ' : ''}${FOLDER}/neuron.pw ${user}`)
  return [
    `# 1. The broker. Without certificates leave out the four lines from "listener 8883" on, and write "listener 1883".`,
    fileCommand(`${FOLDER}/conf.d/neuron.conf`, brokerLines()),
    '# 2. Who may do what.',
    fileCommand(`${FOLDER}/neuron.acl`, aclRules(members)),
    "# 3. Passwords: each command asks for one. A neuron's goes into its own mqtt.passwordFile.",
    ...passwords,
    `sudo chown mosquitto: ${FOLDER}/neuron.pw ${FOLDER}/neuron.acl`,
    `sudo chmod 600 ${FOLDER}/neuron.pw`,
    'sudo systemctl restart mosquitto',
    '',
  ].join('\n')
}

function fileCommand(path: string, content: string): string {
  return `sudo tee ${path} > /dev/null <<'END'\n${content}END\n`
}

function idsIn(text: string): readonly string[] {
  const ids = text.split(',').map(id => id.trim())
  return ids.map((id, index) => {
    checked(() => topicsOf('neuron/v1', id))
    if (ids.indexOf(id) < index)
      throw new InvalidArgumentError(`"${id}" is there twice, must be once: each neuron has an id of its own.`)
    if (!/^(teacher|student\d+|homeassistant)$/.test(id)) return id
    const whose = id === 'homeassistant' ? 'of Home Assistant' : 'of a person'
    throw new InvalidArgumentError(`"${id}" is the name ${whose} here, must be another one for a neuron.`)
  })
}

function baseIn(text: string): string {
  checked(() => topicsOf(text, 'pi-a'))
  return text
}

function studentsIn(text: string): number {
  const students = Number(text)
  if (/^\d+$/.test(text) && students <= MOST_STUDENTS) return students
  throw new InvalidArgumentError(`is "${text}", must be a whole number from 0 to ${MOST_STUDENTS}.`)
}

function checked(check: () => unknown): void {
  try {
    check()
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
