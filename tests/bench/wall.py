# SPDX-License-Identifier: Apache-2.0
"""wall.py: policies of any number of flows, and the same as ferm's input; what script/bench's wall-compile measures."""
import sys

ZONES = (("lgwan", 2, "10.20"), ("kyoiku", 2, "10.25"), ("bunka", 2, "10.26"), ("shisetsu", 2, "10.27"))


def hosts(flows):
    return max(40, int((flows / 4) ** 0.5) + 2)


def every(flows):
    """(from, to, port): zone and host of each end, every one once"""
    n, left = hosts(flows), flows
    for a in range(4):
        for b in range(4):
            for x in range(n):
                for y in range(n):
                    if a != b and left > 0 and (x * 7 + y * 13 + a + b) % 3 == 0:
                        left -= 1
                        yield (a, x), (b, y), 443 + (x + y) % 5
    assert left == 0


def address(end):
    zone, host = end
    return f"{ZONES[zone][2]}.{1 + host // 200}.{1 + host % 200}"


def policy(flows):
    lines = ['organisation "見本町"', "model alpha"]
    for i, (name, trust, network) in enumerate(ZONES):
        lines.append(f'zone {name} "{name}" {{\n    trust {trust}\n    network {network}.0.0/16\n    interface z{i}\n    sign-in password\n}}')
    for zone in range(4):
        lines += [f'host {ZONES[zone][0]}-{i} "h" in {ZONES[zone][0]} address {address((zone, i))}' for i in range(hosts(flows))]
    lines += [f"flow from {ZONES[a][0]}-{x} to {ZONES[b][0]}-{y} tcp {port}" for (a, x), (b, y), port in every(flows)]
    return "\n".join(lines) + "\n"


def ferm(flows):
    """what a person would write for ferm: a default, established connections, one rule a flow"""
    lines = ["domain ip table filter {", "  chain INPUT { policy DROP; interface lo ACCEPT; }", "  chain OUTPUT policy DROP;",
             "  chain FORWARD {", "    policy DROP;", "    mod state state ESTABLISHED ACCEPT;"]
    lines += [f"    interface z{a[0]} outerface z{b[0]} saddr {address(a)} daddr {address(b)} proto tcp dport {port} mod state state NEW ACCEPT;"
              for a, b, port in every(flows)]
    return "\n".join(lines + ["  }", "}"]) + "\n"


if __name__ == "__main__":
    print({"policy": policy, "ferm": ferm}[sys.argv[1]](int(sys.argv[2])), end="")
