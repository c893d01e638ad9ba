import type { Adapter, AdapterPayload } from "oidc-provider";

/** Where an authorization server keeps its records: in memory, for as long as it runs. */
export function createRecords(): (model: string) => Adapter {
  const all = new Map<string, AdapterPayload>();
  return (model) => {
    const toKey = (id: string) => `${model} ${id}`;
    const search = (fits: (payload: AdapterPayload) => boolean) =>
      [...all].find(([key, payload]) => key.startsWith(`${model} `) && fits(payload))?.[1];
    return {
      upsert: async (id, payload) => void all.set(toKey(id), payload),
      find: async (id) => all.get(toKey(id)),
      findByUid: async (uid) => search((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => search((payload) => payload.userCode === userCode),
      async consume(id) {
        const payload = all.get(toKey(id));
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void all.delete(toKey(id)),
      async revokeByGrantId(grantId) {
        for (const [key, payload] of all) if (payload.grantId === grantId) all.delete(key);
      },
    };
  };
}
