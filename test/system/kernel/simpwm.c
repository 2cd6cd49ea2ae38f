// SPDX-License-Identifier: GPL-2.0
/*
 * simpwm: for tests, a PWM chip that does nothing, of a device with any name. The kernel's PWM core keeps what is set,
 * and traces it as it does for a real chip.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>

static char *name = "fe20c000.pwm";
module_param(name, charp, 0444);

static struct platform_device *device;
static struct pwm_chip *chip;

static int apply(struct pwm_chip *c, struct pwm_device *pwm, const struct pwm_state *state)
{
	return 0;
}

static const struct pwm_ops ops = { .apply = apply };

static int __init start(void)
{
	int error;

	device = platform_device_register_simple(name, PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	chip = pwmchip_alloc(&device->dev, 2, 0);
	if (IS_ERR(chip)) {
		platform_device_unregister(device);
		return PTR_ERR(chip);
	}
	chip->ops = &ops;
	error = pwmchip_add(chip);
	if (error) {
		pwmchip_put(chip);
		platform_device_unregister(device);
	}
	return error;
}

static void __exit stop(void)
{
	pwmchip_remove(chip);
	pwmchip_put(chip);
	platform_device_unregister(device);
}

module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a simulated PWM chip for tests");
