/**
 * The words that policies may use, typed. Every policy, compiled or an organisation's own, is validated strictly
 * against it. An attribute with `?` may be unknown, and a policy must ask `has` before it reads one.
 */
export const cedarSchema = `namespace Holdfast {
  /// A group of holdfast.yaml.
  entity Group;

  /// A workflow of holdfast.yaml.
  entity Workflow;

  /// Who asks: a class under one definition of persons, never a nationality.
  entity Person, Service in [Group] = {
    "definition": String,
    "class": String,
    "entity"?: String,
    "employment"?: String,
    "authorisations": Set<String>,
  };

  /// A model. Training operations as mantissa (15 digits) and exponent: 1e26 is 100000000000000 and 26.
  entity Model = {
    "vendor": String,
    "family"?: String,
    "weights"?: String,
    "trainingOperations"?: { "exponent": Long, "mantissa": Long },
    "vendorJurisdictions": Set<String>,
  };

  /// A route. An empty set of jurisdictions means that none is known.
  entity Route = {
    "provider": String,
    "region"?: String,
    "jurisdictions": Set<String>,
    "retentionDays"?: Long,
    "trainsOnInput"?: Bool,
  };

  action "use" appliesTo {
    principal: [Person, Service],
    resource: [Model],
    context: {
      "route": Route,
      "workflow"?: Workflow,
      "purpose": String,
      "at": datetime,
    },
  };
}
`

export const entityTypes = {
  group: 'Holdfast::Group',
  workflow: 'Holdfast::Workflow',
  person: 'Holdfast::Person',
  service: 'Holdfast::Service',
  model: 'Holdfast::Model',
  route: 'Holdfast::Route',
} as const
