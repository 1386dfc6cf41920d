/* SPDX-License-Identifier: Apache-2.0 */
/* Types of AIX's <sys/types.h> that this system's lacks. */
#ifndef BURNRIG_AIX_TYPES_H
#define BURNRIG_AIX_TYPES_H

#include <sys/types.h>

#ifndef __USE_MISC /* strict C: this system's header keeps them back */
typedef unsigned short ushort;
typedef unsigned int uint;
#endif

typedef unsigned char uchar;

#endif
