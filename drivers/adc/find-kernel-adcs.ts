/** ADC chips that a kernel driver owns, as it shows them under /sys. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname } from 'node:path'

export interface KernelAdc {
  readonly interface: 'iio' | 'hwmon'
  /** Of the kernel driver: `ads1015` (for an ADS1115 too), `ads7830`, `mcp3008`. */
  readonly name: string
  /** `1-0048` for address 0x48 on I2C bus 1. */
  readonly device: string
  readonly channels: readonly KernelChannel[]
}

export interface KernelChannel {
  readonly channel: number
  /** The file that holds the latest conversion, as a decimal number. */
  readonly path: string
  readonly millivoltsPerCount: number
}

/** hwmon has supply monitors as well, on a Pi 5 its own; only these are analog inputs. */
const HWMON_ADCS = ['ads7828', 'ads7830', 'pcf8591']

/** @param root Where /sys is, for tests. */
export function kernelAdcs(root = ''): KernelAdc[] {
  const iio = `${root}/sys/bus/iio/devices`
  const hwmon = `${root}/sys/class/hwmon`
  const found = [
    ...list(iio).map(entry => iioAdc(`${iio}/${entry}`)),
    ...list(hwmon).map(entry => hwmonAdc(`${hwmon}/${entry}`)),
  ]
  return found.filter(adc => adc.channels.length > 0)
}

function iioAdc(path: string): KernelAdc {
  const channels = list(path).flatMap((file): KernelChannel[] => {
    const match = /^in_voltage(\d+)_raw$/.exec(file)
    if (match === null) return []
    // A chip has a scale for each channel or one for all.
    const scale = text(`${path}/in_voltage${match[1]}_scale`) || text(`${path}/in_voltage_scale`)
    return [{ channel: Number(match[1]), path: `${path}/${file}`, millivoltsPerCount: Number(scale) }]
  })
  return { interface: 'iio', name: text(`${path}/name`), device: basename(dirname(realpathSync(path))), channels }
}

function hwmonAdc(path: string): KernelAdc {
  const name = text(`${path}/name`) || text(`${path}/device/name`)
  // pcf8591 still has its files beside the hwmon folder.
  const folders = HWMON_ADCS.includes(name) ? [path, `${path}/device`] : []
  const channels = folders.flatMap(folder =>
    list(folder).flatMap((file): KernelChannel[] => {
      const match = /^in(\d+)_input$/.exec(file)
      if (match === null) return []
      return [{ channel: Number(match[1]), path: `${folder}/${file}`, millivoltsPerCount: 1 }]
    }),
  )
  return { interface: 'hwmon', name, device: deviceOf(path), channels }
}

function deviceOf(hwmon: string): string {
  try {
    return basename(realpathSync(`${hwmon}/device`))
  } catch {
    return ''
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
