/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * libnetshare: does a detection rule in EQL match this process event, and what
 * does that mean in MITRE ATT&CK? This header includes all others.
 */
#ifndef NETSHARE_NETSHARE_H
#define NETSHARE_NETSHARE_H

#include <netshare/command_line.h>
#include <netshare/event.h>
#include <netshare/lines.h>
#include <netshare/matcher.h>
#include <netshare/python.h>
#include <netshare/query.h>
#include <netshare/rule.h>
#include <netshare/status.h>
#include <netshare/wildcard.h>

#endif
