import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factLines } from '../../../../test/fixtures/audit/fact-lines.ts'

/** The same tale in every language: a small program about lemons, and what must be seen in it. */

interface Sample {
  readonly path: string
  readonly cases: Readonly<Record<string, SampleCase>>
}

interface SampleCase {
  readonly code: string
  readonly expect: readonly string[]
  readonly absent?: readonly string[]
}

const python: Sample = {
  path: 'app/lemon.py',
  cases: {
    'a call with a literal, in a method': {
      code: 'import lemon\nclass Grove:\n    def run(self):\n        return self.client.squeeze(model="claude-opus-4-1")\n',
      expect: ['use 4 claude-opus-4-1', 'import lemon from lemon *'],
    },
    'a constant, an enum, a class attribute and a table': {
      code: 'MODEL = "gpt-4o"\nclass Tier(str, Enum):\n    FAST = "gpt-4o-mini"\nclass Grove:\n    model: str = "claude-haiku-3"\nALIASES = {"fast": "gpt-4o-mini"}\nlemon.squeeze(model=ALIASES["fast"])\nlemon.squeeze(model=Tier.FAST.value)\n',
      expect: [
        'define 1 MODEL = gpt-4o',
        'define 3 Tier.FAST = gpt-4o-mini',
        'define 5 Grove.model = claude-haiku-3',
        'define 6 ALIASES.fast = gpt-4o-mini',
        'use 7 ALIASES[fast]',
        'use 8 <Tier.FAST>',
        'declare 1 gpt-4o',
      ],
    },
    'environment reads with defaults': {
      code: 'A = os.getenv("A_MODEL", "gpt-4o")\nB = os.environ["B_MODEL"]\nC = os.environ.get("C_MODEL") or "gpt-4o"\nD = config("D_MODEL", default="gpt-4o")\n',
      expect: [
        'define 1 A = env:A_MODEL or gpt-4o',
        'define 2 B = env:B_MODEL',
        'define 3 C = env:C_MODEL or gpt-4o',
        'define 4 D = env:D_MODEL or gpt-4o',
      ],
    },
    'defaults of parameters, fields and options': {
      code: 'class S(BaseSettings):\n    llm: str = Field(default="gpt-4o")\ndef review(model: str = "gpt-4o"):\n    lemon.squeeze(model=model)\nparser.add_argument("--model", default="gpt-4o", choices=["gpt-4o", "gpt-4o-mini"])\nargs = parser.parse_args()\nrun(args.model)\n@click.option("--model", default="gpt-4o-mini")\ndef main(model):\n    pass\n',
      expect: [
        'define 2 S.llm = env:LLM or gpt-4o',
        'define 3 review(model) = gpt-4o',
        'use 4 <model>',
        'define 5 args.model = argument:model or gpt-4o',
        'allow 5 gpt-4o-mini',
        'define 8 main(model) = argument:model or gpt-4o-mini',
      ],
    },
    'clients, concatenations and a second call in a handler': {
      code: 'client = Lemon(base_url="https://lemon.example/v1", api_key=os.environ["LEMON_KEY"])\ndef run():\n    try:\n        return client.squeeze(model=f"us.{REGION}.claude-opus-4-1")\n    except Exception:\n        return client.squeeze(model="gpt-4o")\n',
      expect: [
        'client 1 client https://lemon.example/v1',
        'credential 1 LEMON_KEY',
        'use 4 us. + <REGION> + .claude-opus-4-1',
        'fallback 6 us. + <REGION> + .claude-opus-4-1 > gpt-4o',
      ],
    },
    'settings of the environment and names given on import': {
      code: 'import lemon as zest\nclass S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="grove_")\n    model: str = "gpt-4o"\n    other: str = Field("gpt-4o", alias="OTHER")\n    deployment: str\nzest.squeeze(model="gpt-4o")\n',
      expect: [
        'define 4 S.model = env:GROVE_MODEL or gpt-4o',
        'define 5 S.other = env:OTHER or gpt-4o',
        'define 6 S.deployment = env:GROVE_DEPLOYMENT',
        'use 7 gpt-4o',
      ],
    },
    'noise keeps its role': {
      code: '"""Once tried gpt-4o."""\n# gpt-4o is sour\nPRICES = {"gpt-4o": 2.5, "gpt-4o-mini": 0.15}\nSUPPORTED_MODELS = ["gpt-4o", "gpt-4o-mini"]\nif model == "gpt-4o" or model.startswith("claude-opus-4"):\n    log.info("gpt-4o")\n',
      expect: [
        'mention 1 gpt-4o',
        'mention 2 gpt-4o',
        'price 3 gpt-4o',
        'allow 4 gpt-4o',
        'mention 5 gpt-4o',
        'mention 5 claude-opus-4',
        'mention 6 gpt-4o',
      ],
    },
    'what is handed to parameters, objects and instances': {
      code: 'class Grove:\n    def __init__(self, model="gpt-4o"):\n        self.model = model\n    def run(self):\n        lemon.squeeze(model=self.model)\ndef ask(model):\n    lemon.squeeze(model=model)\nask(MODEL)\ndef go():\n    given = {"model": "gpt-4o"}\n    lemon.squeeze(**given)\n',
      expect: [
        'define 3 Grove.model = <model>',
        'use 5 <Grove.model>',
        'define 8 ask(model) = <MODEL>',
        'define 10 go.given.model = gpt-4o',
        'use 11 <given.model>',
      ],
    },
  },
}

const typescript: Sample = {
  path: 'app/lemon.ts',
  cases: {
    'calls, clients and handlers': {
      code: "import { MODEL as M } from './models'\nconst client = new Lemon({ baseURL: 'https://lemon.example', apiKey: process.env.LEMON_KEY })\nclass Grove {\n  async run() {\n    try { return await this.client.squeeze({ model: 'claude-opus-4-1', tools }) }\n    catch (e) { return client.squeeze({ model: M }) }\n  }\n}\n",
      expect: [
        'import M from ./models MODEL',
        'client 2 client https://lemon.example',
        'credential 2 LEMON_KEY',
        'use 5 claude-opus-4-1',
        'use 6 <M>',
        'fallback 6 claude-opus-4-1 > <M>',
      ],
    },
    'constants, enums, tables and defaults': {
      code: "export const MODEL: string = process.env.LEMON_MODEL ?? 'gpt-4o'\nenum Tier { Fast = 'gpt-4o-mini' }\nconst ALIASES = { fast: 'gpt-4o-mini', deep: { slow: 'claude-opus-4-1' } } as const\nclass Grove {\n  private model = 'gpt-4o'\n  constructor(private readonly other = 'gpt-4o') {}\n}\nconst ask = (model = 'gpt-4o') => client.squeeze({ model: ALIASES[tier] })\n",
      expect: [
        'define 1 MODEL = env:LEMON_MODEL or gpt-4o',
        'define 2 Tier.Fast = gpt-4o-mini',
        'define 3 ALIASES.deep.slow = claude-opus-4-1',
        'define 5 Grove.model = gpt-4o',
        'define 6 Grove.other = gpt-4o',
        'define 8 ask(model) = gpt-4o',
      ],
    },
    'options, schemas and requests by hand': {
      code: "program.option('-m, --model <m>', 'which', 'gpt-4o')\nuse(program.opts().model, opts.model)\nfetch(url, { body: JSON.stringify({ model: 'gpt-4o', messages }) })\nz.object({ model: z.enum(['gpt-4o', 'gpt-4o-mini']) })\n",
      expect: [
        'define 1 opts.model = argument:model or gpt-4o',
        'use 3 gpt-4o',
        'allow 4 gpt-4o-mini',
      ],
    },
    'noise keeps its role': {
      code: "// gpt-4o\nconst PRICES = { 'gpt-4o': 2.5, 'gpt-4o-mini': 0.1 }\ntype Model = 'gpt-4o' | 'gpt-4o-mini'\nif (m === 'gpt-4o') switch (m) { case 'gpt-4o-mini': break }\n",
      expect: [
        'mention 1 gpt-4o',
        'price 2 gpt-4o',
        'allow 3 gpt-4o',
        'mention 4 gpt-4o',
        'mention 4 gpt-4o-mini',
      ],
    },
    'schemas of the environment and of objects': {
      code: "const Env = z.object({ LEMON_MODEL: z.string().min(1).default('gpt-4o') })\nconst env = Env.parse(process.env)\nconst S = z.object({ llm: z.object({ model: z.string().default('gpt-4o-mini') }) })\n",
      expect: [
        'define 1 Env.LEMON_MODEL = env:LEMON_MODEL or gpt-4o',
        'define 3 S.llm.model = gpt-4o-mini',
      ],
    },
    'template strings': {
      code: 'lemon.squeeze({ model: `us.${region}.claude-opus-4-1` })\n',
      expect: ['use 1 us. + <region> + .claude-opus-4-1'],
    },
  },
}

const go: Sample = {
  path: 'app/lemon.go',
  cases: {
    'struct literals, clients and the error branch': {
      code: 'package app\nfunc (g *Grove) Run() {\n  client := lemon.NewLemon("https://lemon.example")\n  r, err := client.Squeeze(ctx, lemon.LemonRequest{Model: lemon.ModelSour, N: 1})\n  if err != nil {\n    r, err = client.Squeeze(ctx, lemon.LemonRequest{Model: lemon.F(aliases["fast"])})\n  }\n}\n',
      expect: [
        'client 3 client https://lemon.example',
        'use 4 <lemon.ModelSour>',
        'use 6 aliases[fast]',
        'fallback 6 <lemon.ModelSour> > aliases[fast]',
      ],
    },
    'constants, maps, environment and tags': {
      code: 'package app\nconst Model = "gpt-4o"\nvar aliases = map[string]string{"fast": "gpt-4o-mini"}\ntype Config struct {\n  Model string `env:"LEMON_MODEL" envDefault:"gpt-4o"`\n}\nfunc (c *Config) Load() {\n  c.model = cmp.Or(os.Getenv("M"), "gpt-4o")\n  name := flag.String("model", "gpt-4o", "which")\n  full := fmt.Sprintf("us.%s.claude-opus-4-1", region)\n}\n',
      expect: [
        'define 2 Model = gpt-4o',
        'define 3 aliases.fast = gpt-4o-mini',
        'define 5 Config.Model = env:LEMON_MODEL or gpt-4o',
        'define 8 Config.model = env:M or gpt-4o',
        'define 9 Config.Load.name = argument:model or gpt-4o',
        'define 10 Config.Load.full = us. + <region> + .claude-opus-4-1',
      ],
    },
    'noise keeps its role': {
      code: 'package app\n// gpt-4o\nvar prices = map[string]float64{"gpt-4o": 2.5, "gpt-4o-mini": 0.1}\nvar supportedModels = []string{"gpt-4o", "gpt-4o-mini"}\nfunc f() { switch m { case "gpt-4o": } }\n',
      expect: ['mention 2 gpt-4o', 'price 3 gpt-4o', 'mention 5 gpt-4o'],
    },
  },
}

const java: Sample = {
  path: 'app/Lemon.java',
  cases: {
    'builders, constants, enums with constructors and handlers': {
      code: 'import com.lemon.Client;\nclass Grove {\n  static final String MODEL = "gpt-4o";\n  enum Tier { FAST("Fast", "gpt-4o-mini"); }\n  String run() {\n    try { return LemonRequest.builder().modelName(MODEL).build(); }\n    catch (Exception e) { return LemonRequest.builder().modelName(Tier.FAST.getId()).build(); }\n  }\n}\n',
      expect: [
        'import Client from com.lemon Client',
        'define 3 Grove.MODEL = gpt-4o',
        'define 4 Grove.Tier.FAST = gpt-4o-mini',
        'use 6 <MODEL>',
        'use 7 <Tier.FAST>',
        'fallback 7 <MODEL> > <Tier.FAST>',
      ],
    },
    'settings, environment and tables': {
      code: 'class Grove {\n  @Value("${lemon.model:gpt-4o}") private String model;\n  Map<String,String> aliases = Map.of("fast", "gpt-4o-mini");\n  String m = Optional.ofNullable(System.getenv("M")).orElse("gpt-4o");\n  String id = "us." + "anthropic.claude-opus-4-1";\n}\n',
      expect: [
        'define 2 Grove.model = setting:lemon.model or gpt-4o',
        'declare 2 gpt-4o',
        'define 3 Grove.aliases.fast = gpt-4o-mini',
        'define 4 Grove.m = env:M or gpt-4o',
        'define 5 Grove.id = us.anthropic.claude-opus-4-1',
      ],
    },
    'noise keeps its role': {
      code: 'class Grove {\n  // gpt-4o\n  Map<String,Double> PRICES = Map.of("gpt-4o", 2.5);\n  List<String> SUPPORTED_MODELS = List.of("gpt-4o", "gpt-4o-mini");\n  boolean f(String m) { return "gpt-4o".equals(m); }\n}\n',
      expect: ['mention 2 gpt-4o', 'price 3 gpt-4o', 'allow 4 gpt-4o', 'mention 5 gpt-4o'],
    },
  },
}

const kotlin: Sample = {
  path: 'app/Lemon.kt',
  cases: {
    'named arguments, builders, defaults and tables': {
      code: 'const val MODEL = "gpt-4o"\nval env = System.getenv("M") ?: "gpt-4o"\nenum class Tier(val id: String) { FAST("gpt-4o-mini") }\ndata class Settings(val model: String = "gpt-4o")\nval ALIASES = mapOf("fast" to "gpt-4o-mini")\nfun run(model: String = "gpt-4o-mini") {\n  try { lemon.squeeze(model = MODEL) } catch (e: Exception) { lemon.squeeze(model = ALIASES["fast"]!!) }\n  val s = "us.${region}.claude-opus-4-1"\n}\nfun pick() = "gpt-4o"\n',
      expect: [
        'define 1 MODEL = gpt-4o',
        'define 2 env = env:M or gpt-4o',
        'define 3 Tier.FAST = gpt-4o-mini',
        'define 4 Settings.model = gpt-4o',
        'define 5 ALIASES.fast = gpt-4o-mini',
        'define 6 run(model) = gpt-4o-mini',
        'use 7 <MODEL>',
        'fallback 7 <MODEL> > ALIASES[fast]',
        'define 8 run.s = us. + <region> + .claude-opus-4-1',
        'define 10 pick = gpt-4o',
      ],
    },
    'noise keeps its role': {
      code: '// gpt-4o\nval PRICES = mapOf("gpt-4o" to 2.5, "gpt-4o-mini" to 0.1)\nval f = when (m) { "gpt-4o" -> 1; else -> 2 }\n',
      expect: ['mention 1 gpt-4o', 'price 2 gpt-4o', 'mention 3 gpt-4o'],
    },
  },
}

const csharp: Sample = {
  path: 'app/Lemon.cs',
  cases: {
    'named arguments, initializers, settings and handlers': {
      code: 'using Lemon.Chat;\nclass Grove {\n  const string Model = "gpt-4o";\n  public string Fast { get; set; } = "gpt-4o-mini";\n  static Dictionary<string,string> Aliases = new() { ["fast"] = "gpt-4o-mini" };\n  void Run(string model = "gpt-4o") {\n    var client = new LemonClient(baseUrl: "https://lemon.example", apiKey: Environment.GetEnvironmentVariable("LEMON_KEY"));\n    try { lemon.squeeze(model: Model); } catch (Exception e) { lemon.squeeze(new LemonRequest { Model = configuration["Lemon:Model"] ?? "gpt-4o" }); }\n    var s = $"us.{region}.claude-opus-4-1";\n  }\n}\n',
      expect: [
        'define 3 Grove.Model = gpt-4o',
        'define 4 Grove.Fast = gpt-4o-mini',
        'define 5 Grove.Aliases.fast = gpt-4o-mini',
        'define 6 Grove.Run(model) = gpt-4o',
        'client 7 client https://lemon.example',
        'credential 7 LEMON_KEY',
        'use 8 <Model>',
        'use 8 setting:lemon.model or gpt-4o',
        'define 9 Grove.Run.s = us. + <region> + .claude-opus-4-1',
      ],
    },
    'noise keeps its role': {
      code: 'class Grove {\n  // gpt-4o\n  Dictionary<string,decimal> Prices = new Dictionary<string,decimal> { { "gpt-4o", 2.5m }, { "gpt-4o-mini", 0.1m } };\n  void F() { if (m == "gpt-4o") {} switch (m) { case "gpt-4o-mini": break; } }\n}\n',
      expect: [
        'mention 2 gpt-4o',
        'price 3 gpt-4o',
        'price 3 gpt-4o-mini',
        'mention 4 gpt-4o',
        'mention 4 gpt-4o-mini',
      ],
    },
  },
}

const ruby: Sample = {
  path: 'app/lemon.rb',
  cases: {
    'hashes, instance variables, blocks and rescue': {
      code: 'require "lemon"\nclass Grove\n  MODEL = "gpt-4o".freeze\n  ALIASES = { fast: "gpt-4o-mini" }.freeze\n  def run(model: "gpt-4o")\n    @model = model || ENV["M"]\n    client = Lemon.new(base_url: "https://lemon.example")\n    begin\n      client.squeeze(model: MODEL)\n    rescue StandardError\n      client.squeeze(model: ALIASES[:fast])\n    end\n    client.squeeze(model: @model)\n    client.squeeze(model: ENV.fetch("F") { "gpt-4o" })\n    client.squeeze(model: "us.#{region}.claude-opus-4-1")\n  end\n  def pick = "gpt-4o"\nend\n',
      expect: [
        'import * from lemon *',
        'define 3 Grove.MODEL = gpt-4o',
        'define 4 Grove.ALIASES.fast = gpt-4o-mini',
        'define 5 Grove.run(model) = gpt-4o',
        'define 6 Grove.model = <model> | env:M',
        'client 7 client https://lemon.example',
        'use 9 <MODEL>',
        'fallback 11 <MODEL> > ALIASES[fast]',
        'use 13 <Grove.model>',
        'use 14 env:F or gpt-4o',
        'use 15 us. + <region> + .claude-opus-4-1',
        'define 17 Grove.pick = gpt-4o',
      ],
    },
    'noise keeps its role': {
      code: '# gpt-4o\nPRICES = { "gpt-4o" => 2.5, "gpt-4o-mini" => 0.1 }\nMODELS = %w[gpt-4o gpt-4o-mini].freeze\ncase m when "gpt-4o" then 1 end\n',
      expect: ['mention 1 gpt-4o', 'price 2 gpt-4o', 'allow 3 gpt-4o', 'mention 4 gpt-4o'],
    },
  },
}

const php: Sample = {
  path: 'app/lemon.php',
  cases: {
    'arrays, constants, promotion and settings': {
      code: "<?php\nuse Lemon\\Client;\ndefine('SOUR', 'gpt-4o');\nenum Tier: string { case Fast = 'gpt-4o-mini'; }\nclass Grove {\n  const MODEL = 'gpt-4o';\n  private array $aliases = ['fast' => 'gpt-4o-mini'];\n  public function __construct(private string $model = 'gpt-4o') {}\n  public function run() {\n    try { $lemon->squeeze(['model' => self::MODEL]); } catch (\\Exception $e) { $lemon->squeeze(['model' => $this->aliases['fast']]); }\n    $lemon->squeeze(['model' => config('services.lemon.model', 'gpt-4o')]);\n    $lemon->squeeze(['model' => Tier::Fast->value]);\n    $m = getenv('M') ?: 'gpt-4o';\n    Lemon::text()->using(Provider::Lemon, \"us.{$region}.claude-opus-4-1\");\n  }\n}\n",
      expect: [
        'import Client from Lemon Client',
        'define 3 SOUR = gpt-4o',
        'define 4 Tier.Fast = gpt-4o-mini',
        'define 6 Grove.MODEL = gpt-4o',
        'define 7 Grove.aliases.fast = gpt-4o-mini',
        'define 8 Grove.model = gpt-4o',
        'use 10 <Grove.MODEL>',
        'fallback 10 <Grove.MODEL> > Grove.aliases[fast]',
        'use 11 setting:services.lemon.model or gpt-4o',
        'use 12 <Tier.Fast>',
        'define 13 Grove.run.m = env:M or gpt-4o',
        'use 14 us. + <region> + .claude-opus-4-1',
      ],
    },
    'noise keeps its role': {
      code: "<?php\n// gpt-4o\n$prices = ['gpt-4o' => 2.5, 'gpt-4o-mini' => 0.1];\n$supported = ['gpt-4o', 'gpt-4o-mini'];\nif ($m === 'gpt-4o') {}\n",
      expect: ['mention 2 gpt-4o', 'price 3 gpt-4o', 'allow 4 gpt-4o', 'mention 5 gpt-4o'],
    },
  },
}

const rust: Sample = {
  path: 'app/lemon.rs',
  cases: {
    'builders, attributes, defaults, macros and matches': {
      code: 'use lemon::{Client, types::Request as R};\npub const MODEL: &str = "gpt-4o";\nimpl Tier { fn id(&self) -> &str { match self { Tier::Fast => "gpt-4o-mini", _ => "x" } } }\nstruct Args {\n    #[arg(long, env = "LEMON_MODEL", default_value = "gpt-4o")]\n    model: String,\n}\nimpl Default for Settings { fn default() -> Self { Self { model: "gpt-4o".to_string() } } }\nasync fn run() -> Result<()> {\n    let r = LemonArgs::default().model(MODEL).build()?;\n    let m = std::env::var("M").unwrap_or_else(|_| "gpt-4o".into());\n    let body = json!({"model": "gpt-4o", "messages": []});\n    let s = format!("us.{}.claude-opus-4-1", region);\n    match lemon.squeeze(MODEL) { Ok(a) => a, Err(e) => lemon.squeeze("gpt-4o-mini") }\n}\n',
      expect: [
        'import R from lemon.types Request',
        'define 2 MODEL = gpt-4o',
        'define 3 Tier.Fast = gpt-4o-mini',
        'define 6 Args.model = env:LEMON_MODEL or gpt-4o',
        'define 8 Settings.model = gpt-4o',
        'use 10 <MODEL>',
        'define 11 run.m = env:M or gpt-4o',
        'use 12 gpt-4o',
        'define 13 run.s = us. + <region> + .claude-opus-4-1',
        'fallback 14 <MODEL> > gpt-4o-mini',
      ],
    },
    'noise keeps its role': {
      code: '// gpt-4o\nfn f() { let prices = HashMap::from([("gpt-4o", 2.5), ("gpt-4o-mini", 0.1)]); if m == "gpt-4o" {} }\n',
      expect: ['mention 1 gpt-4o', 'mention 2 gpt-4o', 'price 2 gpt-4o-mini'],
    },
  },
}

const swift: Sample = {
  path: 'app/Lemon.swift',
  cases: {
    'labels, enums, dictionaries and handlers': {
      code: 'import Lemon\nlet model = "gpt-4o"\nenum Tier: String { case fast = "gpt-4o-mini", deep = "claude-opus-4-1" }\nstruct Grove {\n  static let aliases: [String: String] = ["fast": "gpt-4o-mini"]\n  var model = "gpt-4o"\n  func run(_ text: String, model: String = "gpt-4o-mini") async throws {\n    do { try await lemon.squeeze(model: self.model) } catch { lemon.squeeze(model: Tier.fast.rawValue) }\n    lemon.squeeze(model: Self.aliases["fast"]!)\n    let m = ProcessInfo.processInfo.environment["M"] ?? "gpt-4o"\n    let s = "us.\\(region).claude-opus-4-1"\n  }\n  func pick() -> String { "gpt-4o" }\n}\n',
      expect: [
        'define 2 model = gpt-4o',
        'define 3 Tier.fast = gpt-4o-mini',
        'define 3 Tier.deep = claude-opus-4-1',
        'define 5 Grove.aliases.fast = gpt-4o-mini',
        'define 6 Grove.model = gpt-4o',
        'define 7 Grove.run(model) = gpt-4o-mini',
        'use 8 <Grove.model>',
        'fallback 8 <Grove.model> > <Tier.fast>',
        'use 9 Grove.aliases[fast]',
        'define 10 Grove.run.m = env:M or gpt-4o',
        'define 11 Grove.run.s = us. + <region> + .claude-opus-4-1',
        'define 13 Grove.pick = gpt-4o',
      ],
    },
    'noise keeps its role': {
      code: '// gpt-4o\nlet prices = ["gpt-4o": 2.5, "gpt-4o-mini": 0.1]\nif m == "gpt-4o" {}\n',
      expect: ['mention 1 gpt-4o', 'price 2 gpt-4o', 'price 2 gpt-4o-mini', 'mention 3 gpt-4o'],
    },
  },
}

const elixir: Sample = {
  path: 'app/lemon.ex',
  cases: {
    'attributes, keywords, maps and rescue': {
      code: 'defmodule App.Grove do\n  alias App.Lemon\n  @model "gpt-4o"\n  @aliases %{fast: "gpt-4o-mini"}\n  def run(text, model \\\\ "gpt-4o-mini") do\n    m = System.get_env("M") || "gpt-4o"\n    z = Application.get_env(:app, :model, "gpt-4o")\n    try do\n      Lemon.squeeze(model: @model)\n    rescue\n      _ -> Lemon.squeeze(model: @aliases[:fast])\n    end\n    Lemon.squeeze(%{model: Map.get(@aliases, :fast)})\n    s = "us.#{region}.claude-opus-4-1"\n  end\n  defp pick, do: "gpt-4o"\nend\n',
      expect: [
        'import Lemon from App.Lemon *',
        'define 3 App.Grove.model = gpt-4o',
        'define 4 App.Grove.aliases.fast = gpt-4o-mini',
        'define 5 App.Grove.run(model) = gpt-4o-mini',
        'define 6 App.Grove.run.m = env:M or gpt-4o',
        'define 7 App.Grove.run.z = setting:app.model or gpt-4o',
        'use 9 <App.Grove.model>',
        'fallback 11 <App.Grove.model> > App.Grove.aliases[fast]',
        'use 13 App.Grove.aliases[fast]',
        'define 14 App.Grove.run.s = us. + <region> + .claude-opus-4-1',
        'define 16 App.Grove.pick = gpt-4o',
      ],
    },
    'settings of the application': {
      code: 'import Config\nconfig :app, model: "gpt-4o"\nconfig :app, App.Lemon, model: System.get_env("M", "gpt-4o")\n',
      expect: [
        'setting 2 app.model = gpt-4o',
        'setting 3 app.app.lemon.model = env:M or gpt-4o',
        'declare 2 gpt-4o',
      ],
    },
    'noise keeps its role': {
      code: '# gpt-4o\ndefmodule A do\n  @moduledoc "about gpt-4o"\n  @prices %{"gpt-4o" => 2.5, "gpt-4o-mini" => 0.1}\n  @supported ["gpt-4o", "gpt-4o-mini"]\n  def f(m), do: m == "gpt-4o"\nend\n',
      expect: [
        'mention 1 gpt-4o',
        'mention 3 gpt-4o',
        'price 4 gpt-4o',
        'allow 5 gpt-4o',
        'mention 6 gpt-4o',
      ],
    },
  },
}

const samples: readonly Sample[] = [
  csharp,
  elixir,
  go,
  java,
  kotlin,
  php,
  python,
  ruby,
  rust,
  swift,
  typescript,
]

for (const sample of samples) {
  for (const [about, { code, expect, absent }] of Object.entries(sample.cases)) {
    test(`${sample.path}: ${about}`, async () => {
      const lines = await factLines(sample.path, code)
      for (const line of expect) {
        assert.ok(lines.includes(line), `expected \`${line}\` among:\n${lines.join('\n')}`)
      }
      for (const line of absent ?? []) {
        assert.ok(!lines.includes(line), `did not expect \`${line}\` among:\n${lines.join('\n')}`)
      }
    })
  }
}
