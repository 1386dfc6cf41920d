#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How not to do it: a burner that looks at no status, and says that it burned. What it is told:
#
#     MY_BURNER="examples/pytest/wrong_burner.sh {device} {image}" pytest examples/pytest
sg_raw "$1" 54 01 00 00 00 00 00 00 00 00 >/dev/null 2>&1
echo "calibrated; $2 was burned"
exit 0
