import type { OpenI2c } from '../bus/i2c.ts'
import type { Adc, AdcDriver, Context, Options } from '../contract.ts'
import { ads1x15Fields, rateField, startAds1x15 } from './ads1x15.ts'
import { i2cFields, openChip } from './i2c-adc.ts'

/** Data rates by their code, Hz (SBAS473, Config register, DR[2:0]). */
const RATES_HZ = [128, 250, 490, 920, 1600, 2400, 3300]

/** Texas Instruments ADS1015: 12 bits, 4 channels, an amplifier. Datasheet SBAS473. */
export const ads1015 = {
  name: 'ads1015',
  kind: 'adc',
  help: 'ADS1015, 12 bits, on I2C at 0x48 to 0x4b',
  thread: 'neuron',
  fields: { ...i2cFields({ min: 0x48, max: 0x4b, default: 0x48 }, 4), ...ads1x15Fields, rateHz: rateField(RATES_HZ) },
  open(options: Options, context: Context, openBus?: OpenI2c): Adc {
    return openChip('ADS1015', options, context, bus => startAds1x15(bus, options, context, RATES_HZ), openBus)
  },
} as const satisfies AdcDriver
