// Plugins that name real products, libraries and words of ten scripts, and queries each of which must find its plugin first.

export interface Entry {
  name: string;
  description: string;
  tags?: string[];
  readme?: string;
  /** Separated by ` | `. */
  queries: string;
}

export const corpus: readonly Entry[] = [
  {
    name: 'issue_sync',
    description: 'Copies issues from GitHub into PostgreSQL',
    tags: ['issues'],
    readme: 'Works with GitLab, too.',
    queries:
      'GitHub | github | Github | GITHUB | git hub | postgresql | postgres | PostgreSQL | Postgresql | postgre sql | issue_sync | issuesync | IssueSync | issue-sync | issue sync | sync issue | gitlab | GitLab | github issues | issues github',
  },
  {
    name: 'tensor_convert',
    description: 'Converts models of PyTorch and TensorFlow into ONNX and NumPy',
    queries:
      'pytorch | PyTorch | Pytorch | py torch | tensorflow | TensorFlow | tensor flow | onnx | numpy | NumPy | num py | tensorconvert | convert pytorch | convert onnx',
  },
  {
    name: 'chat_relay',
    description: 'Sends prompts to OpenAI and DeepSeek, with GPT-4o and Llama-3.1',
    tags: ['gpt-4'],
    queries:
      'openai | OpenAI | open ai | Openai | deepseek | DeepSeek | gpt-4 | gpt4 | gpt 4 | GPT-4 | gpt-4o | gpt4o | GPT4o | llama3 | llama 3.1 | llama-3 | chatrelay',
  },
  {
    name: 'video_notes',
    description: 'Summarizes films from YouTube on macOS and iPhone, live by WebRTC',
    queries:
      'youtube | YouTube | you tube | macos | macOS | mac os | iphone | iPhone | webrtc | WebRTC | video-notes | VideoNotes',
  },
  {
    name: 'mesh_tool',
    description: 'Renders 3D meshes of glTF in 4K',
    queries: '3d | 3D | 4k | 4K | 3D meshes | 3d meshes | gltf | glTF | meshtool | mesh-tool',
  },
  {
    name: 'login_guard',
    description: 'Checks 2FA codes and OAuth2 tokens for B2B customers, by TOTP',
    queries: '2fa | 2FA | oauth2 | OAuth2 | oauth 2 | oauth | b2b | B2B | totp | loginguard',
  },
  {
    name: 'web_lint',
    description: 'Checks JavaScript and TypeScript for Node.js and .NET, with ESLint',
    queries:
      'javascript | JavaScript | java script | typescript | TypeScript | node.js | nodejs | Node.js | node js | .net | .NET | eslint | ESLint | weblint',
  },
  {
    name: 'native_lint',
    description: 'Checks sources in C++ and C#',
    queries: 'c++ | C++ | c# | C# | nativelint | native-lint',
  },
  {
    name: 'r_stats',
    description: 'Statistics with R',
    queries: 'r | R | rstats | r_stats | r-stats | R stats',
  },
  {
    name: 'city_guide',
    description: 'Describes İstanbul, IĞDIR, Łódź and Diyarbakır',
    readme: 'Also São Paulo, Zürich and Tromsø.',
    queries:
      'istanbul | İstanbul | ISTANBUL | iğdir | igdir | ığdır | diyarbakır | diyarbakir | DİYARBAKIR | lodz | Łódź | ŁÓDŹ | sao paulo | São Paulo | zurich | Zürich | tromso | Tromsø',
  },
  {
    name: 'menu_reader',
    description: 'Reads the menu of a café or Bäckerei: crème brûlée, jalapeño, smørrebrød',
    queries:
      'café | cafe | cafe\u0301 | CAFÉ | creme brulee | crème brûlée | jalapeno | jalapeño | smorrebrod | smørrebrød | backerei | Bäckerei | ba\u0308ckerei',
  },
  {
    name: 'street_names',
    description: 'Finds each Straße by its Größe',
    readme: 'Units are Ångström.',
    queries: 'strasse | STRASSE | straße | STRAẞE | grosse | größe | angstrom | Ångström | \u212bngström',
  },
  {
    name: 'paper_parser',
    description: 'Parses a re\u0301sume\u0301 and a thèse',
    tags: ['naïve'],
    queries: 'résumé | resume | re\u0301sume\u0301 | RÉSUMÉ | these | thèse | naive | naïve',
  },
  {
    name: 'post_sorter',
    description: 'Sorts e-mail by real-time rules',
    tags: ['opt-in'],
    queries:
      'e-mail | email | E-Mail | Email | e mail | real-time | realtime | real time | RealTime | opt-in | optin | post sorter',
  },
  {
    name: 'newsletter_writer',
    description: "Writes what readers don't know, for O'Reilly, l'équipe and AT&T",
    queries: "don't | dont | don’t | o'reilly | oreilly | O’Reilly | at&t | AT&T | l'équipe | l'equipe | lequipe",
  },
  {
    name: 'hidden_signs',
    description: 'Finds trans\u00adla\u00adtion memory, photo\u200bgraph and un\u200dseen letters',
    queries: 'translation | transla\u00adtion | photograph | unseen | photo\u200bgraph',
  },
  {
    name: 'codec_probe',
    description: 'Reads H.264, MP3 and UTF-8 on x86_64, with times in ISO8601',
    queries:
      'h264 | h.264 | H.264 | mp3 | MP3 | utf8 | utf-8 | UTF8 | x86_64 | x86-64 | x86 | iso8601 | iso 8601 | ISO-8601',
  },
  {
    name: 'cluster_watch',
    description: 'Watches K8s, gRPC and CI/CD with OpenTelemetry and eBPF',
    queries:
      'k8s | K8s | grpc | gRPC | ci/cd | opentelemetry | OpenTelemetry | open telemetry | ebpf | eBPF | clusterwatch',
  },
  {
    name: 'image_resize',
    description: 'Makes pictures smaller',
    tags: ['thumbnail'],
    queries:
      'image_resize | imageresize | ImageResize | image-resize | image resize | resize image | image_resise | image_resiz | thumbnial',
  },
  { name: 'image', description: 'Shows pictures', queries: 'image | Image | IMAGE | imgae | iamge' },
  {
    name: 'ner',
    description: 'Finds people',
    tags: ['named-entities'],
    queries: 'ner | named entities | NER | named-entities | entities named | namedentities',
  },
  {
    name: 'greek_reader',
    description: 'Διαβάζει ΟΔΟΣ και Οδοσήμανση στην Αθήνα',
    queries: 'οδός | οδοσ | ΟΔΟΣ | οδος | διαβάζει | ΔΙΑΒΑΖΕΙ | διαβαζει | αθηνα | Αθήνα | οδοσημανση',
  },
  {
    name: 'cyrillic_reader',
    description: 'Читает русский текст, ёлка и Чайковский, Київ',
    queries: 'русский | РУССКИЙ | елка | ёлка | ЁЛКА | чайковский | Чайковский | київ | Київ | читает текст',
  },
  {
    name: 'hebrew_reader',
    description: 'קורא טקסט עברי שָׁלוֹם',
    tags: ['תמונה'],
    queries: 'שלום | שָׁלוֹם | עברי | טקסט עברי | תמונה | קורא',
  },
  {
    name: 'arabic_reader',
    description: 'يقرأ النص العَرَبِيّ في المدرسة',
    tags: ['إملاء'],
    queries: 'العربي | العَرَبِيّ | العربى | العـربي | النص | المدرسه | المدرسة | املاء | إملاء | يقرا',
  },
  {
    name: 'persian_reader',
    description: 'متن فارسی را می\u200cخواند',
    tags: ['کتاب'],
    queries: 'فارسی | فارسي | می\u200cخواند | میخواند | کتاب | كتاب | متن فارسی',
  },
  {
    name: 'hindi_reader',
    description: 'हिन्दी पाठ पढ़ता है',
    tags: ['किताब'],
    queries: 'हिन्दी | पाठ | पढ़ता | किताब | हिन्दी पाठ',
  },
  {
    name: 'thai_reader',
    description: 'แปลภาษาไทยเป็นภาษาอังกฤษ',
    queries: 'ภาษาไทย | อังกฤษ | แปล | ภาษา | ไทย',
  },
  {
    name: 'korean_reader',
    description: '한국어 문장을 나눕니다',
    tags: ['자연어처리'],
    queries: '한국어 | 한국 | 문장 | 자연어 | 자연어처리 | 한국어 문장',
  },
  {
    name: 'chinese_reader',
    description: '识别图像中的文字',
    tags: ['自然语言处理'],
    queries: '图像 | 识别 | 文字 | 自然语言 | 语言处理 | 识别图像',
  },
  {
    name: 'japanese_reader',
    description: '𠮷野家のメニューを読む',
    tags: ['画像検索'],
    queries: 'メニュー | メニュ | ﾒﾆｭｰ | 𠮷野家 | 𠮷 | 読む | 画像検索 | 画像 | 検索',
  },
  { name: 'glass_finder', description: 'ガラスを探す', queries: 'ガラス | ｶﾞﾗｽ | 探す' },
  { name: 'crow_finder', description: 'カラスを数える', queries: 'カラス | ｶﾗｽ | 数える' },
  {
    name: 'wide_reader',
    description: 'Ｒｅａｄｓ ｗｉｄｅ ｌｅｔｔｅｒｓ ﾊﾝｶｸ',
    queries: 'wide | WIDE | ｗｉｄｅ | ハンカク | reads wide',
  },
  { name: 'party_pop', description: 'Adds 🎉 and 🚀 to messages', queries: '🎉 | 🚀 | messages 🎉 | party pop' },
  { name: 'ancient_reader', description: '𐌰𐍄𐍄𐌰 𐌿𐌽𐍃𐌰𐍂 and 𝒳𝓎𝓏', queries: '𐌰𐍄𐍄𐌰 | 𐌿𐌽𐍃𐌰𐍂 | 𐌰𐍄𐍄 | xyz' },
  // These only mention words that others are about.
  {
    name: 'grab_bag',
    description: 'A reader of other things',
    readme:
      'See GitHub, PyTorch, OpenAI, YouTube, email, café, Straße, 3D, 4K, C, image, ガラス, hub, torch, gpt and image resize.',
    queries: 'grab bag | grabbag | grab_bga',
  },
  {
    name: 'city_counter',
    description: 'Counts 3 dogs and 4 kites, open all hours',
    queries: 'dogs | kites | CityCounter',
  },
];
