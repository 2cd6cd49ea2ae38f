// SPDX-License-Identifier: GPL-2.0
/*
 * simled: for tests, a lamp of the kernel's LED class, with any name. In /sys/module/simled/parameters:
 *   flashes      how often it was lit so far
 */
#include <linux/leds.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static char *name = "neuron";
module_param(name, charp, 0444);
static uint flashes;
module_param(flashes, uint, 0444);

static struct platform_device *device;

static void set(struct led_classdev *lamp, enum led_brightness brightness)
{
	static enum led_brightness before;

	if (brightness && !before)
		flashes++;
	before = brightness;
}

static struct led_classdev lamp = { .max_brightness = 255, .brightness_set = set };

static int __init start(void)
{
	int error;

	device = platform_device_register_simple("simled", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	lamp.name = name;
	error = led_classdev_register(&device->dev, &lamp);
	if (error)
		platform_device_unregister(device);
	return error;
}

static void __exit stop(void)
{
	led_classdev_unregister(&lamp);
	platform_device_unregister(device);
}

module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a simulated lamp for tests");
