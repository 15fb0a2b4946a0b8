// My tokens, sessions and SSH keys as server state.
import { useQuery } from '@tanstack/react-query';
import * as api from '@/api/account';
import { keys } from '../keys';
import { useChange } from '../useChange';

export const useTokens = () => useQuery({ queryKey: keys.tokens, queryFn: api.listTokens });
export const useMakeToken = () => useChange(api.makeToken, keys.tokens);
export const useRevokeToken = () => useChange(api.revokeToken, keys.tokens);

export const useSessions = () => useQuery({ queryKey: keys.sessions, queryFn: api.listSessions });
export const useEndSession = () => useChange(api.endSession, keys.sessions);
export const useEndOtherSessions = () => useChange(api.endOtherSessions, keys.sessions);

export const useKeys = () => useQuery({ queryKey: keys.sshKeys, queryFn: api.listKeys });
export const useAddKey = () => useChange(api.addKey, keys.sshKeys);
export const useDeleteKey = () => useChange(api.deleteKey, keys.sshKeys);
