/** Roles in order: each from VIEWER on may do all that the ones before it may. PARTNER stands apart. */
export const ROLES = ['PARTNER', 'VIEWER', 'ANALYST', 'REPORTER', 'APPROVER', 'CAMPAIGN_MANAGER', 'ADMIN'] as const;
export type RoleName = (typeof ROLES)[number];

/** What may be done to a unit, and the least role that it takes. */
const LEAST = {
  READ: 'VIEWER',
  ANALYSE: 'ANALYST',
  EXPORT: 'ANALYST',
  SUBMIT_RESULTS: 'REPORTER',
  APPROVE_RESULTS: 'APPROVER',
  ASSIGN_TARGETS: 'APPROVER',
  LAUNCH_CAMPAIGNS: 'CAMPAIGN_MANAGER',
  PUBLISH: 'CAMPAIGN_MANAGER',
  MANAGE_GRANTS: 'ADMIN',
  MANAGE_STRUCTURE: 'ADMIN',
} as const satisfies Record<string, RoleName>;
export type ActionName = keyof typeof LEAST;
export const ACTIONS = Object.keys(LEAST) as ActionName[];

/** How a grant stands to a unit that it reaches. */
export interface Reach {
  readonly role: RoleName;
  /** The unit is the granted one itself. */
  readonly itself: boolean;
  /** The unit stands under nobody. */
  readonly root: boolean;
}

/** Whether one of the grants that reach a unit allows the action on it. */
export function allows(action: ActionName, reaches: readonly Reach[]): boolean {
  return reaches.some(
    ({ role, itself, root }) =>
      role !== 'PARTNER' && ROLES.indexOf(role) >= ROLES.indexOf(LEAST[action])
      // What a unit reports is approved from above; at the root there is nobody above.
      && (action !== 'APPROVE_RESULTS' || !itself || root),
  );
}
