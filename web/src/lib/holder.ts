// Users and groups as holders of rights and quota, written `user:NAME` and `group:NAME`.

export type HolderKind = 'user' | 'group';

export const userHolder = (name: string) => `user:${name}`;
export const groupHolder = (name: string) => `group:${name}`;

export const kindOf = (holder: string): HolderKind =>
  holder.startsWith('group:') ? 'group' : 'user';

export const holderName = (holder: string) => holder.replace(/^(user|group):/, '');

/** An instance's owner is a bare user name or `group:NAME`. */
export const ownerOf = (holder: string) => holder.replace(/^user:/, '');
export const holderOf = (owner: string) => (owner.startsWith('group:') ? owner : userHolder(owner));

interface Membership {
  name: string;
  members: string[];
}

/** The groups that `holder` is in, also through others; each with the groups in between. */
export function groupsOf(holder: string, groups: Membership[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const waiting: { member: string; through: string[] }[] = [{ member: holder, through: [] }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { member, through } = next;
    for (const { name, members } of groups) {
      if (!members.includes(member) || found.has(name)) continue;
      found.set(name, through);
      waiting.push({ member: groupHolder(name), through: [...through, name] });
    }
  }
  return found;
}
