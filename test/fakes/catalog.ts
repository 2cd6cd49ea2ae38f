import type { Adc, AdcDriver, Driver, Output, OutputDriver } from '../../drivers/contract.ts'

const ADC: Adc = { description: 'fake knob', mocked: true, fullScaleVolts: 3.3, read: () => 0, close: () => {} }
const OUTPUT: Output = { description: 'fake lamp', mocked: true, set: () => {}, close: () => {} }

const auto: AdcDriver = {
  name: 'auto',
  kind: 'adc',
  help: 'finds the chip by itself',
  thread: 'neuron',
  fields: {},
  open: () => ADC,
}

const dial: AdcDriver = {
  name: 'dial',
  kind: 'adc',
  help: 'a fake knob with a setting of every type',
  thread: 'neuron',
  fields: {
    shape: { type: 'choice', choices: ['hand', 'sine'], default: 'hand', help: 'how it turns' },
    address: { type: 'number', unit: '', min: 0x48, max: 0x4b, integer: true, default: 0x48, help: 'I2C address' },
    periodMs: { type: 'number', unit: 'ms', min: 0, aboveMin: true, max: 1000, default: 100, help: 'one turn' },
    file: { type: 'text', default: '', help: 'a recording' },
    inverted: { type: 'flag', default: false, help: 'turned by 180 degrees' },
  },
  open: () => ADC,
}

const lamp: OutputDriver = {
  name: 'lamp',
  kind: 'output',
  help: 'a fake LED',
  dims: true,
  thread: 'neuron',
  fields: { line: { type: 'number', unit: '', min: 0, max: 53, integer: true, default: 17, help: 'GPIO line' } },
  open: () => OUTPUT,
}

/** Drivers that exist on paper only, for tests of the configuration: knobs auto and dial, output lamp. */
export const CATALOG: readonly Driver[] = [auto, dial, lamp]
