import { readdirSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { permissionAdvice } from '../bus/device-owner.ts'
import type { Advice } from '../bus/errno.ts'
import { type Context, DriverError, type Options, type Output, type OutputDriver } from '../contract.ts'
import { recoveringSwitch, type Switch } from '../recovering.ts'
import { gammaTable, levelInTable } from './brightness-gamma.ts'
import { exportOnce, openValue, type ValueFile, writable, writeText } from './sysfs-files.ts'

/** The PWM chips of the header, by the device they belong to, and their channel for each GPIO. */
const CONTROLLERS: readonly { device: RegExp; channels: Readonly<Record<number, number>> }[] = [
  { device: /20c000\.pwm$/, channels: { 12: 0, 18: 0, 13: 1, 19: 1 } }, // Pi 0 to 4
  { device: /^1f00098000\.pwm$/, channels: { 12: 0, 13: 1, 18: 2, 19: 3 } }, // Pi 5: PWM0 of RP1
]

const ADVICE: Advice = {
  permission: permissionAdvice('gpio'),
  busy: 'Another program uses this PWM channel.',
}

const ENABLE = Buffer.from('1')
const DISABLE = Buffer.from('0')

export interface PwmChip {
  /** /sys/class/pwm/pwmchipN; N changes with board and kernel. */
  readonly path: string
  /** `fe20c000.pwm` */
  readonly device: string
}

type PwmOptions = {
  readonly line: number
  readonly frequencyHz: number
  readonly chip: string
  readonly channel: number
}

/** A tone for a passive buzzer, or an LED of any brightness, made by the kernel's PWM. */
export const pwm = {
  name: 'pwm',
  kind: 'output',
  help: 'a tone for a passive buzzer, or an LED to be dimmed, on GPIO12, 13, 18 or 19, by the kernel PWM (dtoverlay=pwm)',
  thread: 'neuron',
  dims: true,
  fields: {
    line: { type: 'number', unit: '', min: 0, max: 511, integer: true, default: 18, help: 'GPIO number' },
    frequencyHz: { type: 'number', unit: 'Hz', min: 1, max: 20_000, default: 2000, help: 'pitch of the tone' },
    chip: { type: 'text', default: '', help: 'device of another PWM chip (dtoverlay=pwm-gpio); empty for the header' },
    channel: { type: 'number', unit: '', min: 0, max: 7, integer: true, default: 0, help: 'channel of that chip' },
  },
  linesOf: ({ line, chip, channel }) => [chip === '' ? `GPIO${line}` : `channel ${channel} of ${chip}`],
  /** @param root Where /sys is, for tests. */
  open(options: Options, context: Context, root = ''): Output {
    const { frequencyHz } = options as PwmOptions
    const find = () => pwmChannel(pwmChips(root), options as PwmOptions)
    const { chip, channel } = find()
    const drive = recoveringSwitch(() => openChannel(find(), frequencyHz, context), context.nowMs)
    let brightness = 0
    const applyBrightness = (channel: PwmOutput) => channel.dim(brightness)
    return {
      description: `${frequencyHz} Hz on ${chip.device}, channel ${channel}`,
      mocked: false,
      set: drive.set,
      dim(wanted) {
        brightness = wanted
        drive.use(applyBrightness)
      },
      close: drive.close,
    }
  },
} as const satisfies OutputDriver

/** The chip and channel meant. @throws DriverError 'absent' or 'misused' */
export function pwmChannel(chips: readonly PwmChip[], options: PwmOptions): { chip: PwmChip; channel: number } {
  const there = chips.map(chip => chip.device).join(', ') || 'none'
  if (options.chip !== '') {
    const chip = chips.find(each => each.device === options.chip)
    if (chip !== undefined) return { chip, channel: options.channel }
    throw new DriverError('absent', `No PWM chip belongs to the device ${options.chip}; there are: ${there}.`)
  }
  const { line } = options
  for (const { device, channels } of CONTROLLERS) {
    const channel = channels[line]
    if (channel === undefined)
      throw new DriverError('misused', `GPIO${line} has no PWM, must be one of ${Object.keys(channels).join(', ')}.`)
    const chip = chips.find(each => device.test(each.device))
    if (chip !== undefined) return { chip, channel }
  }
  throw new DriverError(
    'absent',
    `No PWM chip of the header is there (found: ${there}). Add dtoverlay=pwm,pin=${line},func=${line < 14 ? 4 : 2} ` +
      'and, before the Pi 5, dtparam=audio=off to config.txt and restart.',
  )
}

export function pwmChips(root = ''): PwmChip[] {
  const folder = `${root}/sys/class/pwm`
  try {
    const names = readdirSync(folder).filter(name => name.startsWith('pwmchip'))
    return names.map(name => {
      const path = `${folder}/${name}`
      return { path, device: basename(realpathSync(`${path}/device`)) }
    })
  } catch {
    return []
  }
}

interface PwmOutput extends Switch {
  dim(brightness: number): void
}

/** The open files of an exported channel. */
interface Channel {
  readonly enable: ValueFile
  readonly duty: ValueFile
}

function openChannel(place: { chip: PwmChip; channel: number }, frequencyHz: number, context: Context): PwmOutput {
  const { chip, channel } = place
  const folder = `${chip.path}/pwm${channel}`
  const [period, duty, enable] = ['period', 'duty_cycle', 'enable'].map(file => `${folder}/${file}`) as Paths
  exportOnce(folder, `${chip.path}/export`, channel, ADVICE)
  const exportedMs = context.nowMs()
  const periodNs = Math.round(1e9 / frequencyHz)
  const half = Buffer.from(`${Math.round(periodNs / 2)}\n`)
  const table = gammaTable(periodNs)
  let open: Channel | undefined
  let dimming = false
  acquire()

  /** Until udev has run, what is set is forgotten. */
  function acquire(): void {
    if (!writable([period, duty, enable], exportedMs, context.nowMs(), ADVICE)) return
    configure(period, duty, periodNs)
    open = { enable: openValue(enable, ADVICE), duty: openValue(duty, ADVICE) }
    open.enable.write(DISABLE)
  }

  return {
    set(on) {
      if (open === undefined) acquire()
      if (dimming) open?.duty.write(half)
      dimming = false
      open?.enable.write(on ? ENABLE : DISABLE)
    },
    dim(brightness) {
      if (open === undefined) acquire()
      open?.duty.write(levelInTable(table, brightness))
      if (!dimming) open?.enable.write(ENABLE)
      dimming = open !== undefined
    },
    close() {
      try {
        open?.enable.write(DISABLE)
      } finally {
        open?.enable.close()
        open?.duty.close()
        writeText(`${chip.path}/unexport`, String(channel))
      }
    },
  }
}

type Paths = [period: string, duty: string, enable: string]

/** Duty never above period, or the kernel refuses: an old duty is cleared first, and a fresh channel has no period yet. */
function configure(period: string, duty: string, periodNs: number): void {
  try {
    writeText(duty, '0')
  } catch {
    // A channel without a period refuses every duty, and has none to clear.
  }
  writeText(period, String(periodNs), ADVICE)
  writeText(duty, String(Math.round(periodNs / 2)), ADVICE)
}
