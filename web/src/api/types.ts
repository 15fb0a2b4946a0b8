// Short names for the shapes that the server's own document describes (schema.d.ts).
import type { components } from './schema';

type Schemas = components['schemas'];

/** A request body in which what is absent is null. */
type Complete<T> = { [Key in keyof T]-?: Exclude<T[Key], undefined> };

export type Session = Schemas['SessionView'];
export type SignInOptions = Schemas['SignInOptions'];
export type Role = Session['role'];
export type Me = Schemas['Me'];
/** `null` means unlimited. */
export type Quota = Schemas['Quota'];
export type Usage = Schemas['Usage'];

/** Who holds rights, quota or membership: `user:NAME` or `group:NAME`. */
export type Holder = string;

/** A quota with what is lent for a while, and what is taken of it. */
export type Allowance = Pick<Me, 'quota' | 'effective_quota' | 'usage'>;

export type User = Schemas['UserView'];
export type NewUser = Schemas['CreateUser'];
export type UserChange = Schemas['ChangeUser'];

export type JobBrief = Schemas['JobBrief'];
export type Job = Schemas['JobView'];
export type JobState = Job['state'];
export type JobStep = Schemas['JobStep'];

export type InstanceRow = Schemas['InstanceRow'];
export type InstanceState = InstanceRow['state'];
export type Instance = Schemas['InstanceView'];
/** What of a machine was changed outside of Ourea. */
export type Drift = Schemas['DriftView'];
export type DriftChange = Schemas['DriftChange'];
/** A missing machine that another one may have been. */
export type Predecessor = Schemas['Predecessor'];
export type Disk = Schemas['DiskView'];
export type Nic = Schemas['InterfaceView'];
export type Graphics = Schemas['GraphicsView'];
/** What is absent stays as it is; null removes a text. */
export type InstanceChange = Schemas['InstanceChange'];
export type NewInstance = Complete<Omit<Schemas['NewInstanceInput'], 'ssh_keys' | 'user_data'>>;
export type Plan = Schemas['Plan'];
/** A host as a place for a new machine. */
export type Place = Schemas['Place'];
export interface NewSize {
  vcpus: number;
  memory_mib: number;
}
export type NewDisk = Pick<Schemas['NewDisk'], 'size_gib'>;
export type DiskChange = Schemas['DiskChange'];
/** The quota before and after another size or disk. */
export type GrowthPlan = Schemas['GrowthPlan'];
export type DeletionPlan = Schemas['RemovalPlan'];
export type DeletedVolume = Schemas['DoomedVolume'];
/** A host that a machine could go to, and what stands in the way. */
export type MigrationTarget = Schemas['MigrationTarget'];
export type NewMigration = Schemas['NewMigration'];
/** Limits of a move that is under way; what is absent stays as it is. */
export type MoveChange = Schemas['MigrationChange'];
/** What becomes of each machine of a host while somebody works on the host. */
export type Maintenance = Schemas['MaintenanceView'];
export type Move = Schemas['Move'];
export type NewMaintenance = Schemas['NewMaintenance'];
export type ConsoleTicket = Schemas['ConsoleTicket'];
export type Grant = Schemas['GrantView'];
export type Rights = Omit<Grant, 'grantee'>;
/** A grant as its holder's page shows it: with the instance that it is on. */
export type HeldGrant = Schemas['GrantOnView'];
/** Left out is no; where grants are taken away, they go whole. */
export type GrantItem = Schemas['GrantOn'];
export type EffectiveRight = Schemas['EffectiveRight'] & { right: keyof Rights };
export type EffectiveRights = Schemas['RightsView'] & { rights: EffectiveRight[] };
export type AuditRecord = Schemas['Record'];
export type AuditHead = Schemas['AuditHead'];
export type Template = Schemas['TemplateView'];

export type Host = Schemas['HostView'];
export type HostState = Host['state'];
export type NewHost = Schemas['NewHost'];
/** What is absent stays as it is; null removes it. */
export type HostChange = Schemas['HostChange'];
/** Hosts that share pools and networks, and what they do not share after all. */
export type Cluster = Schemas['ClusterView'];
export type ClusterFigures = Schemas['ClusterFigures'];
/** Migrations that would even out the hosts of a cluster. */
export type BalanceGroup = Schemas['BalanceGroup'];
export type RecommendedMove = Schemas['RecommendedMove'];
export type Probe = Schemas['ProbeView'];
export type Pool = Schemas['PoolView'];
export type Network = Schemas['NetworkView'];

export type Name = Schemas['NameView'];
export type NewName = Schemas['NewName'];
export type NamesImport = Schemas['ImportedNames'];
export type HostMetrics = Schemas['HostMetrics'];
export type InstanceMetrics = Schemas['InstanceMetrics'];
export type HostFigures = Schemas['HostFigures'];
export type PoolFigures = Schemas['PoolFigures'];
export type Statistics = Schemas['Statistics'];

export type Group = Schemas['GroupView'];
export type NewGroup = Schemas['CreateGroup'];

export type Loan = Schemas['LoanView'];
/** What is absent is not lent. */
export type NewLoan = Schemas['NewLoan'];

/** What somebody asks for: more quota, or a machine. */
export type Request = Schemas['Request'];
export type RequestState = Request['state'];
export type NewRequest = Schemas['NewRequest'];
/** What is absent is given as it was asked for, and for ever. */
export type Approval = Schemas['Approval'];

export interface Token {
  id: string;
  name: string;
  read_only: boolean;
  instances: string[] | null;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  last_address: string | null;
}
export interface NewToken {
  name: string;
  expires_at: string;
  read_only: boolean;
  instances: string[] | null;
}
/** Only the answer to making one has the token itself. */
export interface MadeToken extends Token {
  token: string;
}

export interface SessionEntry {
  id: string;
  address: string;
  user_agent: string;
  source: 'password' | 'proxy';
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  current: boolean;
}

export interface SshKey {
  id: string;
  title: string;
  type: string;
  public_key: string;
  fingerprint: string;
  created_at: string;
}

export type PlacementRules = Schemas['PlacementRules'];
export type Settings = Schemas['SettingsView'];
export type SettingsInput = Schemas['PutSettings'];

/** An error as RFC 9457 has it, with what the server adds. */
export interface Problem {
  title: string;
  status: number;
  detail: string | null;
  kind: string;
  field: string | null;
  remedy: string | null;
  request_id: string | null;
}
