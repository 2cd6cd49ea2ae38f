/**
 * What Home Assistant lets in by MQTT discovery, for the platforms and device classes that neurons use. Its sources are in
 * https://github.com/home-assistant/core :
 * - units and state classes of device classes: DEVICE_CLASS_UNITS and DEVICE_CLASS_STATE_CLASSES in
 *   homeassistant/components/sensor/const.py (commit 3fd1a33 of spring 2025; UnitOf… in homeassistant/const.py)
 * - since 2025.7 a unit that does not go with its device class is refused, not only logged: pull request 146722
 * - µ: the unit µs was added as the Greek letter (pull request 140307, issue 143577), so that 2025.7 and 2025.8 refuse the
 *   micro sign; since 2025.9 they are the same (AMBIGUOUS_UNITS, pull request 144853)
 * - keys: mqtt/schemas.py (DEVICE_DISCOVERY_SCHEMA), and DISCOVERY_SCHEMA of sensor.py, binary_sensor.py, number.py,
 *   switch.py, button.py, event.py in homeassistant/components/mqtt; unknown keys are dropped (REMOVE_EXTRA)
 * - entity categories: a sensor, binary_sensor or event may not be `config` (ENTITY_CATEGORIES_SCHEMA, helpers/entity.py,
 *   and sensor/__init__.py: "cannot be added as the entity category is set to config")
 */

/** Home Assistant's rules in one of its releases. */
export interface Rules {
  readonly release: string
  readonly isMicroSignGreek: boolean
}

export const RELEASES: readonly Rules[] = [
  { release: '2025.7', isMicroSignGreek: false },
  { release: '2025.8', isMicroSignGreek: false },
  { release: 'today', isMicroSignGreek: true },
]

const MEASUREMENT = ['measurement']
const ANY_STATE_CLASS = ['measurement', 'total', 'total_increasing']

interface DeviceClass {
  readonly units: readonly string[]
  readonly stateClasses: readonly string[]
}

const SENSOR_CLASSES: Readonly<Record<string, DeviceClass>> = {
  current: { units: ['mA', 'A'], stateClasses: MEASUREMENT },
  data_size: {
    units: ['bit', 'kbit', 'Mbit', 'Gbit', 'B', 'kB', 'MB', 'GB', 'TB', 'KiB', 'MiB', 'GiB'],
    stateClasses: ANY_STATE_CLASS,
  },
  duration: { units: ['d', 'h', 'min', 's', 'ms', '\u03bcs'], stateClasses: ANY_STATE_CLASS },
  frequency: { units: ['Hz', 'kHz', 'MHz', 'GHz'], stateClasses: MEASUREMENT },
  temperature: { units: ['°C', '°F', 'K'], stateClasses: MEASUREMENT },
  voltage: { units: ['\u03bcV', 'mV', 'V', 'kV', 'MV'], stateClasses: MEASUREMENT },
}

const BINARY_SENSOR_CLASSES = ['connectivity', 'problem', 'running']
const BUTTON_CLASSES = ['identify', 'restart', 'update']

/** Keys that a platform must have, and its entity categories. */
const PLATFORMS: Readonly<
  Record<string, { readonly required: readonly string[]; readonly categories: readonly string[] }>
> = {
  sensor: { required: ['state_topic'], categories: ['diagnostic'] },
  binary_sensor: { required: ['state_topic'], categories: ['diagnostic'] },
  event: { required: ['state_topic', 'event_types'], categories: ['diagnostic'] },
  switch: { required: ['command_topic'], categories: ['config', 'diagnostic'] },
  number: { required: ['command_topic'], categories: ['config', 'diagnostic'] },
  button: { required: ['command_topic'], categories: ['config', 'diagnostic'] },
}

type Entity = Readonly<Record<string, unknown>>

interface Announcement {
  readonly device?: { readonly identifiers?: readonly string[]; readonly configuration_url?: string }
  readonly origin?: { readonly name?: string }
  readonly availability?: readonly { readonly topic?: string }[]
  readonly components?: Readonly<Record<string, Entity>>
}

/** What Home Assistant would refuse or complain of, as sentences. */
export function refusalsBy(rules: Rules, { device, origin, availability, components }: Announcement): string[] {
  const whole = [
    device?.identifiers?.length ? '' : 'the device has no identifier',
    isPage(device?.configuration_url) ? '' : 'configuration_url is no address of a page',
    origin?.name ? '' : 'the origin has no name',
    availability?.every(({ topic }) => topic) ? '' : 'availability has no topic',
    components ? '' : 'there are no components',
  ]
  const singly = Object.entries(components ?? {}).flatMap(([key, entity]) =>
    refusalsOfEntity(rules, entity).map(words => `${key}: ${words}`),
  )
  return [...whole.filter(Boolean), ...singly]
}

function refusalsOfEntity(rules: Rules, entity: Entity): string[] {
  const platform = PLATFORMS[entity.platform as string]
  if (platform === undefined) return [`the platform ${entity.platform} is not in this table`]
  const category = entity.entity_category as string | undefined
  return [
    ...platform.required.filter(key => !entity[key]).map(key => `${key} is missing`),
    // Without it an entity cannot belong to a device.
    entity.unique_id ? '' : 'unique_id is missing',
    category === undefined || platform.categories.includes(category) ? '' : `its entity_category is ${category}`,
    ...refusalsOfClass(rules, entity),
    ...refusalsOfNumber(entity),
  ].filter(Boolean)
}

function refusalsOfClass(rules: Rules, { platform, ...entity }: Entity): string[] {
  const name = entity.device_class as string | undefined
  if (name === undefined) return []
  if (platform === 'binary_sensor' || platform === 'button') {
    const known = platform === 'button' ? BUTTON_CLASSES : BINARY_SENSOR_CLASSES
    return known.includes(name) ? [] : [`the device class ${name} is unknown`]
  }
  const deviceClass = SENSOR_CLASSES[name]
  if (platform !== 'sensor' || deviceClass === undefined) return [`the device class ${name} is unknown`]
  const unit = String(entity.unit_of_measurement)
  const read = rules.isMicroSignGreek ? unit.replace('\u00b5', '\u03bc') : unit
  const code = unit.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  const stateClass = entity.state_class as string | undefined
  const isStateClass = stateClass === undefined || deviceClass.stateClasses.includes(stateClass)
  return [
    deviceClass.units.includes(read) ? '' : `the unit ${unit} (U+${code}) does not go with ${name}`,
    isStateClass ? '' : `the state class ${stateClass} does not go with ${name}`,
  ].filter(Boolean)
}

function refusalsOfNumber({ platform, min = 1, max = 100, step = 1, mode = 'auto' }: Entity): string[] {
  if (platform !== 'number') return []
  return [
    (min as number) <= (max as number) ? '' : 'max must be >= min',
    (step as number) >= 1e-3 ? '' : 'step must be 0.001 at least',
    ['auto', 'box', 'slider'].includes(mode as string) ? '' : `the mode ${mode} is unknown`,
  ].filter(Boolean)
}

function isPage(url: string | undefined): boolean {
  return url === undefined || (URL.canParse(url) && /^(https?|homeassistant):$/.test(new URL(url).protocol))
}
