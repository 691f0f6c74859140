/** What happens to the shop's regions while somebody shops: its own commands, from this repository. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';

const { PERPETUA_HOME: home = '', PERPETUA_PORT: port = '' } = process.env;
if (!home || !port)
  throw new Error('PERPETUA_HOME and PERPETUA_PORT are not set: whose shop is it?');
const REPOSITORY = resolve('..');

const KILL = `
import sys
from ops.shop import Shop
from ops.supervisor import Supervisor
home, port, region = sys.argv[1:]
assert Supervisor(Shop.open(home, int(port))).kill(region), "it did not run"
`;

/** SIGKILL for everything in the region, as the drill does it; it stays dead. */
export function kill(region: string): void {
  execFileSync('/usr/bin/python3', ['-s', '-c', KILL, home, port, region], { cwd: REPOSITORY });
}

/** Brings back what was killed, and waits until it is ready. */
export function bringBack(): void {
  execFileSync('./perpetua', ['up', '--yes', '--home', home, '--port', port], { cwd: REPOSITORY });
}

/** The region that this page says it comes from. */
export const flagOf = (page: Page, region: string) => page.locator(`[data-region="${region}"]`);

/** Loads pages until one comes from the region. */
export async function untilServedFrom(page: Page, region: string): Promise<void> {
  await expect(async () => {
    await page.goto('/');
    await expect(flagOf(page, region)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
}
