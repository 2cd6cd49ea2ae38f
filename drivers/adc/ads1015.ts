import { ads1x15Driver } from './ads1x15.ts'

/** Data rates by their code, Hz (SBAS473, Config register, DR[2:0]). */
const RATES_HZ = [128, 250, 490, 920, 1600, 2400, 3300]

/** Texas Instruments ADS1015: 12 bits, 4 channels, an amplifier. Datasheet SBAS473. */
export const ads1015 = ads1x15Driver({ name: 'ads1015', label: 'ADS1015', bits: 12 }, RATES_HZ)
