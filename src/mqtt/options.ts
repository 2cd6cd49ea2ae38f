import type { Fields, ValuesOf } from '../neuron/field.ts'

/** Settings of the link to a broker. */
export const MQTT_FIELDS = {
  url: {
    type: 'text',
    default: '',
    help: 'broker to publish to, like mqtt://raspberrypi.local:1883 (mqtts:// for TLS); empty means none but the built-in one',
  },
  base: { type: 'text', default: 'neuron/v1', help: "first levels of every topic; the neuron's id follows" },
  keepaliveS: {
    type: 'number',
    unit: 's',
    min: 1,
    max: 3600,
    integer: true,
    default: 10,
    help: 'a broker that is silent for this long, and half as long again, is taken for lost',
  },
  willDelayS: {
    type: 'number',
    unit: 's',
    min: 0,
    max: 3600,
    integer: true,
    default: 3,
    help: 'how long the broker waits before it declares a vanished neuron offline (MQTT 5; at once with 3.1.1)',
  },
  username: { type: 'text', default: '', help: 'user name at the broker; empty means anonymous' },
  passwordFile: { type: 'text', default: '', help: 'file whose first line is the password at the broker' },
  caFile: {
    type: 'text',
    default: '',
    help: "PEM file of the authority that signed the broker's certificate (mqtts://); empty means those that the system knows",
  },
  certFile: { type: 'text', default: '', help: "PEM file of this neuron's own certificate, if the broker asks for one" },
  keyFile: { type: 'text', default: '', help: 'PEM file of the key that belongs to certFile' },
  homeAssistant: {
    type: 'flag',
    default: false,
    help: 'announce the neuron to Home Assistant as a device (MQTT discovery)',
  },
} as const satisfies Fields

/** Settings of the built-in broker, which serves this machine only and gives way to `mqtt.url`. */
export const BROKER_FIELDS = {
  enabled: { type: 'flag', default: true, help: 'start the built-in broker when mqtt.url is empty' },
  port: {
    type: 'number',
    unit: '',
    min: 0,
    max: 65535,
    integer: true,
    default: 1883,
    help: 'port of the built-in broker on 127.0.0.1; 0 means any free one',
  },
} as const satisfies Fields

export type LinkOptions = ValuesOf<typeof MQTT_FIELDS>
export type BrokerOptions = ValuesOf<typeof BROKER_FIELDS>
