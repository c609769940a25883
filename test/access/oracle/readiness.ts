import type { Campaign, World } from './world.js';

/** What a draft needs before it is launched. */
export function lacking(campaign: Campaign, world: World): string[] {
  const targets = [...world.norms.filter(({ withdrawn }) => !withdrawn), ...world.figures.filter(({ measure, status }) => measure !== 'RESULT' && status === 'APPROVED')];
  const isThere: [string, boolean][] = [
    ['OBJECTIVE', campaign.objective !== null],
    ['TARGET', targets.some((one) => one.campaign.code === campaign.code && world.isBeneathToday(one.unit, campaign.launchedBy!))],
    ...(['CONTENT', 'MEASURES', 'AUDIENCE', 'THEME'] as const).map((name): [string, boolean] => [name, campaign[name.toLowerCase() as 'content'] !== null]),
    ['STARTS_ON', campaign.startsOn !== null],
    ['ENDS_ON', campaign.endsOn !== null],
  ];
  return isThere.filter(([, there]) => !there).map(([name]) => name);
}
