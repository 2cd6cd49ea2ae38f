import { ads1x15Driver } from './ads1x15.ts'

/** Data rates by their code, Hz (SBAS444, Config register, DR[2:0]). */
const RATES_HZ = [8, 16, 32, 64, 128, 250, 475, 860]

/** Texas Instruments ADS1115: 16 bits, 4 channels, an amplifier. Datasheet SBAS444. */
export const ads1115 = ads1x15Driver({ name: 'ads1115', label: 'ADS1115', bits: 16 }, RATES_HZ)
