/** The whole examination, in the order in which its lines are to be read. */

import type { NativeModule } from '../../../drivers/contract.ts'
import type { HardwareInventory } from '../../../drivers/hardware-inventory.ts'
import type { Config } from '../../config/schema.ts'
import { type BootConfig, judgeAddresses, judgeGpio, judgeI2c, type Scan } from './buses.ts'
import { type Check, failing, skip, warn } from './check.ts'
import type { Errand, Outcome } from './child.ts'
import { endCommand, mayHaveHardware, processesOf, type RunningDaemon } from './daemons.ts'
import { judgeNatives, type NativeFacts } from './native-modules.ts'
import { type BrokerFacts, judgeBroker, judgeDashboard } from './network.ts'
import { judgeOutput, type Pulsed, unpulsed } from './outputs.ts'
import { driverNamed, isForI2c, NATIVE_MODULES, type Needs, needsHardware, needsOf } from './requirements.ts'
import { judgeReading, type Reading } from './samples.ts'
import { type Access, judgeSystem, type SystemFacts } from './system.ts'
import { type ClockFacts, judgeClock, judgePriority, judgeSlack } from './timing.ts'

/** What the doctor can look at, and whom it can ask. */
export interface Patient {
  readonly system: SystemFacts
  readonly access: Access
  readonly boot: BootConfig | undefined
  /** Where neurond is installed. */
  readonly folder: string
  readonly realtimeLimit: number
  /** Daemons that run: they may have the hardware. */
  readonly daemons: readonly RunningDaemon[]
  readonly errand: Errand
  /** What is there, with the GPIO chips' labels as far as they could be read. */
  readonly machine: (chips: HardwareInventory['gpioChips']) => HardwareInventory
  readonly clock: () => Promise<ClockFacts>
  readonly broker: (config: Pick<Config, 'id' | 'mqtt'>) => Promise<BrokerFacts>
  /** Why nobody could listen there; '' if somebody could. */
  readonly bound: (host: string, port: number) => Promise<string>
  /** Say that an output will show three pulses, and ask afterwards whether it did; undefined if nobody can be asked. */
  readonly announce: (output: string) => void
  readonly seen: (output: string) => Promise<boolean | undefined>
}

type Hardware = Pick<Config, 'input' | 'outputs'>
type CheckedConfig = Hardware & Pick<Config, 'id' | 'loop' | 'mqtt' | 'web'>

/** @param config undefined if it is wrong: then only the machine is looked at. */
export async function* examine(
  patient: Patient,
  config: CheckedConfig | undefined,
  pulse: boolean,
): AsyncGenerator<Check> {
  const { system, access, errand } = patient
  const needs = needsOf(config ?? USUAL, system.board.raspberryPi)
  yield* judgeSystem(system, needs, access)
  const natives = await Promise.all(NATIVE_MODULES.map(module => tried(module, errand)))
  yield* judgeNatives(natives, needs, system.abi, patient.folder)
  const chips = await errand('chips', undefined)
  const machine = patient.machine(chips.type === 'done' ? chips.value : [])
  yield judgeGpio(machine, needs)
  yield judgeI2c(machine, needs, patient.boot)
  const hasWay = natives.some(({ name, outcome }) => isForI2c(name) && outcome.type === 'loaded')
  yield* hardware(patient, config, machine, hasWay ? needs : { ...needs, i2c: undefined }, pulse)
  yield judgeClock(await patient.clock())
  const wish = config?.loop ?? { realtime: 'auto', priority: 50, spinUs: 0 }
  const scheduled = await errand('schedule', wish)
  const scheduling = scheduled.type === 'done' ? scheduled.value : undefined
  yield judgePriority({ scheduling, limit: patient.realtimeLimit, root: system.root, user: system.user }, wish)
  yield judgeSlack(scheduling)
  if (config === undefined) {
    yield skip('the rest', 'input, outputs, broker and dashboard are looked at once the configuration is right')
    return
  }
  yield judgeBroker(await patient.broker(config))
  const { enabled, host, port } = config.web
  yield judgeDashboard(config.web, enabled && port !== 0 ? await patient.bound(host, port) : '')
}

/** What is asked of a machine whose configuration cannot be read. */
const USUAL = { input: { driver: 'auto' }, outputs: [{ name: 'led', driver: 'auto' }] } as unknown as Hardware

/** Everything that moves or disturbs hardware: not while a daemon has it. */
async function* hardware(
  { errand, daemons, announce, seen }: Patient,
  config: Hardware | undefined,
  machine: HardwareInventory,
  needs: Needs,
  pulse: boolean,
): AsyncGenerator<Check> {
  if (config === undefined) return
  const owners = daemons.filter(mayHaveHardware)
  if (needsHardware(needs) && owners.length > 0) {
    const text = `not looked at: a neurond (${processesOf(owners)}) has the hardware`
    yield warn('hardware', text, `${endCommand(owners)}, then neurond doctor`)
    return
  }
  const { i2c } = needs
  const isThere = i2c !== undefined && machine.i2cBuses.some(({ bus }) => bus === i2c.bus)
  const scan = isThere ? scanOf(await errand('scan', i2c)) : undefined
  yield judgeAddresses(scan, machine, needs)
  yield inputCheck(config.input, await errand('read', { ...inputOrder(config.input), sampleHz: config.input.sampleHz }))
  for (const output of config.outputs) {
    if (!pulse) {
      yield unpulsed(output, '--no-pulse')
      continue
    }
    const hasGpio = machine.gpioPaths.length + machine.sysfsChips.length > 0
    const simulated = driverNamed('output', output.driver)?.simulated
    if (simulated === undefined || (simulated === 'off-pi' && hasGpio)) announce(output.name)
    const pulsed = pulsedOf(await errand('pulse', { driver: output.driver, options: driverOptions('output', output) }))
    yield judgeOutput(output, pulsed, pulsed.type === 'pulsed' && !pulsed.mocked ? await seen(output.name) : undefined)
  }
  if (config.outputs.length === 0) yield skip('outputs', 'none are configured')
}

async function tried(module: NativeModule, errand: Errand): Promise<NativeFacts> {
  const { name } = module
  const outcome = await errand('load', module)
  if (outcome.type === 'done') return { name, outcome: { type: 'loaded' } }
  if (outcome.type === 'refused') return { name, outcome: { type: 'refused', message: outcome.cause } }
  return { name, outcome }
}

function scanOf(outcome: Outcome<Extract<Scan, { findings: unknown }>['findings']>): Scan {
  if (outcome.type === 'done') return { findings: outcome.value }
  return { message: outcome.type === 'refused' ? outcome.message : `asking the bus ended with ${outcome.how}` }
}

function inputCheck({ driver, sampleHz }: Config['input'], outcome: Outcome<Reading>): Check {
  if (outcome.type === 'done') return judgeReading(outcome.value, sampleHz)
  if (outcome.type === 'refused') return failing('input', outcome.message)
  return failing('input', `the driver ${driver} crashes (${outcome.how}). Choose another transport: input.transport`)
}

function pulsedOf(outcome: Outcome<{ readonly description: string; readonly mocked: boolean }>): Pulsed {
  if (outcome.type !== 'done') return outcome
  return { type: 'pulsed', ...outcome.value, warnings: outcome.warnings }
}

/** The driver of the knob and the options that are its own. */
export function inputOrder(input: Config['input']) {
  return { driver: input.driver, options: driverOptions('adc', input) }
}

function driverOptions(kind: 'adc' | 'output', part: { readonly driver: string }) {
  const fields = driverNamed(kind, part.driver)?.fields ?? {}
  return Object.fromEntries(Object.entries(part).filter(([key]) => Object.hasOwn(fields, key)))
}
