/** A contact, in words of JSON Schema 2020-12 that zod does not write. */
export const contactSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: {
        street: { type: "string", description: "Street and number." },
        city: { type: "string", description: "City." },
      },
    },
  },
  properties: {
    name: { type: "string", description: "Name of the person to contact." },
    address: { $ref: "#/$defs/address", description: "Where they live." },
    contactMethod: {
      type: "string",
      enum: ["phone", "email"],
      description: "How they like to be contacted.",
    },
    phone: { type: "string", description: "Needed when the method is phone." },
    email: { type: "string", description: "Needed for every other method." },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
} as const;
