/** Runs all checks of the doctor, in the order in which they are printed. */
import type { NativeModule } from '../../../drivers/contract.ts'
import type { HardwareInventory } from '../../../drivers/hardware-inventory.ts'
import type { Config } from '../../config/schema.ts'
import { checkSystem, type DeviceAccess, type SystemFacts } from './board-node-and-groups.ts'
import { type BrokerFacts, checkBroker, checkDashboard } from './broker-and-dashboard.ts'
import { checkReading, type KnobReading } from './check-knob-samples.ts'
import { type Check, checkFromMessage, skip, warn } from './check-result-and-format.ts'
import { checkOutput, type PulseResult, skippedOutput } from './check-test-pulses.ts'
import type { RunTask, TaskOutcome } from './child-process.ts'
import { type ClockFacts, checkClock, checkPriority, checkTimerSlack } from './clock-and-priority.ts'
import {
  driverNamed,
  isForI2c,
  NATIVE_MODULES,
  type Requirements,
  requirementsOf,
  requiresHardware,
} from './config-requirements.ts'
import { type BootConfig, type BusScan, checkChips, checkGpio, checkI2c } from './gpio-and-i2c.ts'
import { checkNativeModules, type NativeModuleFacts } from './native-modules.ts'
import { formatProcesses, mayHaveHardware, type RunningDaemon, stopCommand } from './running-daemons.ts'

/** What the checks look at: facts that were read already, and functions that read the rest. */
export interface MachineFacts {
  readonly system: SystemFacts
  readonly access: DeviceAccess
  readonly bootConfig: BootConfig | undefined
  /** Where neurond is installed. */
  readonly folder: string
  readonly realtimeLimit: number
  /** Daemons that run: they may have the hardware. */
  readonly daemons: readonly RunningDaemon[]
  readonly runTask: RunTask
  /** What is there, with the GPIO chips' labels as far as they could be read. */
  readonly hardware: (chips: HardwareInventory['gpioChips']) => HardwareInventory
  readonly clock: () => Promise<ClockFacts>
  readonly broker: (config: Pick<Config, 'id' | 'mqtt'>) => Promise<BrokerFacts>
  /** The error code of listening at this address; '' if it is free. */
  readonly listenError: (host: string, port: number) => Promise<string>
}

/** The user who watches the outputs. */
export interface PulseDialog {
  /** Says that this output shows three pulses now. */
  announce(output: string): void
  /** Asks whether it did; undefined if nobody can be asked, or the user leaves. */
  wasSeen(output: string): Promise<boolean | undefined>
}

type Hardware = Pick<Config, 'input' | 'outputs'>
type CheckedConfig = Hardware & Pick<Config, 'id' | 'loop' | 'mqtt' | 'web'>

/** @param config undefined if it is wrong: then only the machine is looked at. */
export async function* runChecks(
  facts: MachineFacts,
  config: CheckedConfig | undefined,
  pulse: boolean,
  dialog: PulseDialog,
): AsyncGenerator<Check> {
  const { system, access, runTask } = facts
  const needs = requirementsOf(config ?? ASSUMED_CONFIG, system.board.raspberryPi)
  yield* checkSystem(system, needs, access, facts.folder)
  const natives = await Promise.all(NATIVE_MODULES.map(module => loadNativeModule(module, runTask)))
  yield* checkNativeModules(natives, needs, system.abi, facts.folder)
  const chips = await runTask('chips', undefined)
  const machine = facts.hardware(chips.type === 'done' ? chips.value : [])
  yield checkGpio(machine, needs)
  yield checkI2c(machine, needs, facts.bootConfig)
  const canReachI2c = natives.some(({ name, outcome }) => isForI2c(name) && outcome.type === 'loaded')
  yield* checkHardware(facts, config, machine, canReachI2c ? needs : { ...needs, i2c: undefined }, pulse, dialog)
  yield checkClock(await facts.clock())
  const wanted = config?.loop ?? { realtime: 'auto', priority: 50, spinUs: 0 }
  const scheduled = await runTask('schedule', wanted)
  const scheduling = scheduled.type === 'done' ? scheduled.value : undefined
  yield checkPriority({ scheduling, limit: facts.realtimeLimit, root: system.root, user: system.user }, wanted)
  yield checkTimerSlack(scheduling)
  if (config === undefined) {
    yield skip('the rest', 'input, outputs, broker and dashboard are looked at once the configuration is right')
    return
  }
  yield checkBroker(await facts.broker(config))
  const { enabled, host, port } = config.web
  yield checkDashboard(config.web, enabled && port !== 0 ? await facts.listenError(host, port) : '')
}

/** Stands in for a configuration that cannot be read. */
const ASSUMED_CONFIG = { input: { driver: 'auto' }, outputs: [{ name: 'led', driver: 'auto' }] } as unknown as Hardware

/** Checks that use the hardware; they are left out while a daemon has it. */
async function* checkHardware(
  { runTask, daemons }: MachineFacts,
  config: Hardware | undefined,
  machine: HardwareInventory,
  needs: Requirements,
  pulse: boolean,
  dialog: PulseDialog,
): AsyncGenerator<Check> {
  if (config === undefined) return
  const owners = daemons.filter(mayHaveHardware)
  if (requiresHardware(needs) && owners.length > 0) {
    const text = `not looked at: a neurond (${formatProcesses(owners)}) has the hardware`
    yield warn('hardware', text, `${stopCommand(owners)}, then neurond doctor`)
    return
  }
  const { i2c } = needs
  const isThere = i2c !== undefined && machine.i2cBuses.some(({ bus }) => bus === i2c.bus)
  const scan = isThere ? scanResult(await runTask('scan', i2c)) : undefined
  yield checkChips(scan, machine, needs)
  yield checkInput(
    config.input,
    await runTask('read', { ...inputDriverOptions(config.input), sampleHz: config.input.sampleHz }),
  )
  for (const output of config.outputs) {
    if (!pulse) {
      yield skippedOutput(output, '--no-pulse')
      continue
    }
    const hasGpio = machine.gpioPaths.length + machine.sysfsChips.length > 0
    const simulated = driverNamed('output', output.driver)?.simulated
    if (simulated === undefined || (simulated === 'off-pi' && hasGpio)) dialog.announce(output.name)
    const pulsed = pulseResult(
      await runTask('pulse', { driver: output.driver, options: driverOptions('output', output) }),
    )
    yield checkOutput(
      output,
      pulsed,
      pulsed.type === 'pulsed' && !pulsed.mocked ? await dialog.wasSeen(output.name) : undefined,
    )
  }
  if (config.outputs.length === 0) yield skip('outputs', 'none are configured')
}

async function loadNativeModule(module: NativeModule, runTask: RunTask): Promise<NativeModuleFacts> {
  const { name } = module
  const outcome = await runTask('load', module)
  if (outcome.type === 'done') return { name, outcome: { type: 'loaded' } }
  if (outcome.type === 'refused') return { name, outcome: { type: 'refused', message: outcome.cause } }
  return { name, outcome }
}

function scanResult(outcome: TaskOutcome<Extract<BusScan, { findings: unknown }>['findings']>): BusScan {
  if (outcome.type === 'done') return { findings: outcome.value }
  return { message: outcome.type === 'refused' ? outcome.message : `asking the bus ended with ${outcome.how}` }
}

function checkInput({ driver, sampleHz }: Config['input'], outcome: TaskOutcome<KnobReading>): Check {
  if (outcome.type === 'done') return checkReading(outcome.value, sampleHz)
  if (outcome.type === 'refused') return checkFromMessage('input', outcome.message)
  return checkFromMessage(
    'input',
    `the driver ${driver} crashes (${outcome.how}). Choose another transport: input.transport`,
  )
}

function pulseResult(outcome: TaskOutcome<{ readonly description: string; readonly mocked: boolean }>): PulseResult {
  if (outcome.type !== 'done') return outcome
  return { type: 'pulsed', ...outcome.value, warnings: outcome.warnings }
}

/** The driver of the knob and the options that are its own. */
export function inputDriverOptions(input: Config['input']) {
  return { driver: input.driver, options: driverOptions('adc', input) }
}

function driverOptions(kind: 'adc' | 'output', part: { readonly driver: string }) {
  const fields = driverNamed(kind, part.driver)?.fields ?? {}
  return Object.fromEntries(Object.entries(part).filter(([key]) => Object.hasOwn(fields, key)))
}
