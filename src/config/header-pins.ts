/** The 40 pins of a Raspberry Pi's header, and the two ways to number them. Pure. */

/** Header pin → GPIO number; all others are 3.3 V, 5 V or ground. */
const GPIO_AT_PIN: Readonly<Record<number, number>> = {
  ...{ 3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10, 21: 9, 22: 25 },
  ...{ 23: 11, 24: 8, 26: 7, 27: 0, 28: 1, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19, 36: 16, 37: 26, 38: 20, 40: 21 },
}

const LAST_PIN = 40
const LAST_GPIO = 27

/** What else these GPIOs are for: whoever gives such a number alone most likely means the pin of the header. */
const SPECIAL: Readonly<Record<number, string>> = {
  ...{ 0: 'reads the memory of a hat', 1: 'reads the memory of a hat' },
  ...{ 7: 'is the SPI bus', 8: 'is the SPI bus', 9: 'is the SPI bus', 10: 'is the SPI bus', 11: 'is the SPI bus' },
  ...{ 14: 'is the serial console', 15: 'is the serial console' },
}

/** The header pin of a GPIO; undefined where it has none. */
export function pinOf(gpio: number): number | undefined {
  const [pin] = Object.entries(GPIO_AT_PIN).find(([, at]) => at === gpio) ?? []
  return pin === undefined ? undefined : Number(pin)
}

/** A line as it is given, with the way of counting or without: its GPIO number, or what is wrong with it. */
export function gpioOf(given: unknown): { readonly gpio: unknown } | { readonly fault: string } {
  const text = typeof given === 'string' ? given : ''
  const [, way, digits] = /^\s*(gpio|bcm|pin)[\s_-]*(\d{1,3})\s*$/i.exec(text) ?? []
  if (way !== undefined) {
    const number = Number(digits)
    if (way.toLowerCase() !== 'pin') return { gpio: number }
    const gpio = GPIO_AT_PIN[number]
    return gpio === undefined ? { fault: `is "${given}", but ${pinText(number)}: name a pin with a GPIO` } : { gpio }
  }
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 0) return { gpio: given }
  const { [given]: use } = SPECIAL
  if (use !== undefined) {
    const own = `GPIO${given} ${use}${pinOf(given) === undefined ? '' : ` (header pin ${pinOf(given)})`}`
    return { fault: `is ${given}: ${own}, and ${pinText(given)}: write ${choices(given, true)}` }
  }
  if (given <= LAST_GPIO) return { gpio: given }
  return {
    fault: `is ${given}, must be 0 to ${LAST_GPIO}, the GPIOs of the header; ${pinText(given)}${given <= LAST_PIN && GPIO_AT_PIN[given] !== undefined ? `: write ${choices(given, false)}` : ''}`,
  }
}

function pinText(pin: number): string {
  if (pin < 1 || pin > LAST_PIN) return `there is no header pin ${pin}`
  const gpio = GPIO_AT_PIN[pin]
  return gpio === undefined ? `header pin ${pin} is power or ground` : `header pin ${pin} is GPIO${gpio}`
}

/** `GPIO17, or GPIO11 if you mean it` */
function choices(given: number, isGpio: boolean): string {
  const gpio = GPIO_AT_PIN[given]
  return [...(gpio === undefined ? [] : [`GPIO${gpio}`]), ...(isGpio ? [`GPIO${given} if you mean that`] : [])].join(
    ', or ',
  )
}
