"""The names the simulated companies and their people bear, in the scripts the real world writes in.

A bank is written as words separated by spaces; `native:latin` gives a word and how it is spelled in an address,
`_` stands for a space inside a word. No bank holds a real company on purpose.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "đ": "d", "þ": "th", "œ": "oe"})


@dataclass(frozen=True)
class Word:
    """One word as its owner writes it, and in the Latin letters of a web or mail address."""

    native: str
    latin: str


@dataclass(frozen=True, kw_only=True)
class Culture:
    """How companies and people are named somewhere, and which places that somewhere has."""

    key: str
    share: float
    places: tuple[str, ...]
    company_first: tuple[Word, ...]
    company_second: tuple[Word, ...]
    company_joiner: str
    given: tuple[Word, ...]
    family: tuple[Word, ...]
    family_first: bool
    name_joiner: str


def latin(text: str) -> str:
    """Spell a Latin-script word in plain lower-case ASCII: `Łódź` becomes `lodz`."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def _words(bank: str) -> tuple[Word, ...]:
    words = []
    for entry in bank.split():
        native, _, spelled = entry.partition(":")
        native = native.replace("_", " ")
        words.append(Word(native, spelled or latin(native)))
    return tuple(words)


def _culture(
    key: str,
    share: float,
    places: str,
    first: str,
    second: str,
    given: str,
    family: str,
    *,
    company_joiner: str = " ",
    family_first: bool = False,
    name_joiner: str = " ",
) -> Culture:
    return Culture(
        key=key,
        share=share,
        places=tuple(places.split()),
        company_first=_words(first),
        company_second=_words(second),
        company_joiner=company_joiner,
        given=_words(given),
        family=_words(family),
        family_first=family_first,
        name_joiner=name_joiner,
    )


EMOJI = ("🌱", "🥐", "🚀", "🐝", "☀️", "🧭", "🛠️", "🎈")
"""Put beside a name now and then, as customers do."""

CULTURES: tuple[Culture, ...] = (
    _culture(
        "english",
        0.38,
        "US-east US-east US-central US-west US-west GB GB CA AU IE",
        "Northbeam Blue_Fjord Copperleaf Harbourline Juniper Lanternfish Oakmoor Brightwater Palisade Quillstone"
        " Redfern Saltmarsh Thistle Umberfield Vantage_Hill Westerly Yarrow Amberly Birchgate Cloudberry Driftwood"
        " Elmstead Foxglove Greywater Hollowell Ironbark Kitehawk Larkspur Millrace Nettlebed Otterburn Pinecrest",
        "Logistics Analytics Robotics Foods Health Studio Labs Energy Freight Legal Learning Travel Insurance"
        " Outfitters Media Clinics Hotels Builders Payroll Software",
        "Olivia James Amelia Noah Grace Ethan Maya Daniel Priya Marcus Chloe Aaron Naomi Owen Zoe Caleb Imani Lucas"
        " Fiona Hassan Beatrice Tyler Rosa Declan",
        "Carter Hughes Bennett Okafor Sullivan Patel Whitfield Brooks Ramsey Delgado Fletcher Nguyen Armstrong Osei"
        " Marsh Kowalski Byrne Holloway Reyes Sinclair O'Neill Abbott",
    ),
    _culture(
        "german",
        0.08,
        "DE DE AT CH",
        "Nordlicht Bergkamm Mühlbach Weißdorn Lindenhof Grünwald Feldspat Kupferhaus Sternau Königsfurt",
        "Werke Logistik Technik Bäckereien Energie Verlag Gesundheit Maschinenbau Handel Software",
        "Jürgen Anneliese Lukas Käthe Björn Sophie Matthias Greta Tobias Hannelore Felix Ümit",
        "Müller Schäfer Weiß Krüger Bauer Vogt Lehmann Großmann Brandt Yıldız Hofmann Zöllner",
    ),
    _culture(
        "french",
        0.06,
        "FR FR BE",
        "Clairval Boisjoli Hautefeuille Lumière Montségur Rivegauche Belétoile Vertpré Dauphine Orée",
        "Transports Santé Conseil Voyages Énergie Édition Boulangeries Assurances Numérique",
        "Élodie François Camille Théo Maëlle Raphaël Inès Jérôme Zoé Amadou Léa Loïc",
        "Lefèvre Dubois Moreau Gauthier Benoît Chevalier Diallo Fournier Hébert Marchand",
    ),
    _culture(
        "spanish",
        0.07,
        "ES MX CO",
        "Sierra_Clara Almendro Riofrío Cañaveral Puerto_Azul Montaña Girasol El_Peñón Luz_de_Abril Buenaire",
        "Logística Salud Energía Turismo Alimentos Seguros Editorial Tecnología Textiles",
        "Sofía Andrés Lucía Íñigo Valentina Joaquín Camila Tomás Ximena Rubén Noelia Álvaro",
        "García Muñoz Peña Ibáñez Castaño Rodríguez Núñez Herrera Quiñones Vásquez",
    ),
    _culture(
        "portuguese",
        0.05,
        "BR BR PT",
        "Ipê_Branco Maré_Alta Jatobá Céu_Azul Pedra_Fina São_Bento Verdejar Tucano Areias",
        "Logística Saúde Energia Educação Alimentos Seguros Moda Tecnologia",
        "João Beatriz Thiago Luíza Caetano Mariana Antônio Débora Inácio Flávia",
        "Gonçalves Araújo Magalhães Conceição Ribeiro Assunção Simões Brandão",
    ),
    _culture(
        "polish",
        0.03,
        "PL",
        "Złoty_Dąb Błękit Wisława Jodłowa Świerk Łąka Gwiazda Źródło",
        "Transport Zdrowie Energia Meble Piekarnie Druk Finanse",
        "Łukasz Małgorzata Paweł Żaneta Stanisław Agnieszka Michał Zofia",
        "Wiśniewski Kowalczyk Wójcik Dąbrowska Szczepański Zając Gołąb",
    ),
    _culture(
        "turkish",
        0.03,
        "TR",
        "Çınar Yıldıztepe Gökkuşağı Ilgaz Körfez Şafak İncir Ağaçlı",
        "Lojistik Sağlık Enerji Turizm Gıda Sigorta Yazılım",
        "Ayşe Mehmet Çağla Emre Gülşen İsmail Ömer Şirin",
        "Yılmaz Öztürk Çelik Şahin Aydın Koç Güneş",
    ),
    _culture(
        "ukrainian",
        0.02,
        "UA",
        "Карпати:karpaty Дніпрові:dniprovi Соняшник:soniashnyk Каштан:kashtan Світанок:svitanok Зоря:zoria",
        "Логістика:lohistyka Енергія:enerhiia Здоров'я:zdorovia Меблі:mebli Освіта:osvita",
        "Олена:olena Тарас:taras Ірина:iryna Богдан:bohdan Софія:sofiia Андрій:andrii",
        "Шевчук:shevchuk Коваленко:kovalenko Бондар:bondar Мельник:melnyk Ткаченко:tkachenko",
    ),
    _culture(
        "mainland chinese",
        0.08,
        "CN",
        "北辰:beichen 云帆:yunfan 青禾:qinghe 海棠:haitang 星河:xinghe"
        " 麦田:maitian 竹韵:zhuyun 晨曦:chenxi 远山:yuanshan 朗月:langyue",
        "科技:keji 物流:wuliu 医疗:yiliao 教育:jiaoyu 食品:shipin 能源:nengyuan 传媒:chuanmei 家居:jiaju",
        "伟:wei 芳:fang 娜:na 敏:min 静怡:jingyi 浩然:haoran"
        " 梓涵:zihan 雨桐:yutong 建国:jianguo 思远:siyuan 晓明:xiaoming 欣妍:xinyan",
        "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 赵:zhao 黄:huang 周:zhou 欧阳:ouyang 司马:sima",
        company_joiner="",
        family_first=True,
        name_joiner="",
    ),
    _culture(
        "taiwanese",
        0.05,
        "TW TW HK",
        "綠島:ludao 鳳凰:fenghuang 玉山:yushan 曉風:xiaofeng 龍眼:longyan 雲海:yunhai 禾穗:hesui 燈塔:dengta",
        "資訊:zixun 貨運:huoyun 醫療:yiliao 書店:shudian 茶業:chaye 旅遊:luyou 保險:baoxian",
        "淑芬:shufen 志豪:zhihao 雅婷:yating 家豪:jiahao 怡君:yijun 冠宇:guanyu 詩涵:shihan 俊傑:junjie",
        "陳:chen 林:lin 黃:huang 張:chang 吳:wu 劉:liu 蔡:tsai 楊:yang 鄭:cheng",
        company_joiner="",
        family_first=True,
        name_joiner="",
    ),
    _culture(
        "japanese",
        0.04,
        "JP",
        "青空:aozora 桜木:sakuragi 山彦:yamabiko みどり:midori 白波:shiranami 朝日丘:asahigaoka こまち:komachi",
        "物流:butsuryu 製作所:seisakusho 食品:shokuhin 電子:denshi 出版:shuppan システム:system",
        "陽菜:hina 翔太:shota 美咲:misaki 健一:kenichi さくら:sakura 大輔:daisuke 結衣:yui 蓮:ren",
        "佐藤:sato 鈴木:suzuki 高橋:takahashi 渡辺:watanabe 小林:kobayashi 山本:yamamoto 中村:nakamura",
        company_joiner="",
        family_first=True,
    ),
    _culture(
        "korean",
        0.03,
        "KR",
        "한빛:hanbit 푸른솔:pureunsol 새벽:saebyeok 가온:gaon 누리봄:nuribom 달무리:dalmuri",
        "물류:mullyu 헬스:health 식품:sikpum 전자:jeonja 교육:gyoyuk",
        "민준:minjun 서연:seoyeon 지훈:jihun 하은:haeun 도윤:doyun 수빈:subin",
        "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 윤:yoon",
        family_first=True,
        name_joiner="",
    ),
    _culture(
        "arabic",
        0.04,
        "SA AE EG",
        "النخيل:alnakheel الفجر:alfajr الواحة:alwaha نور:noor الياسمين:alyasmin الصقر:alsaqr المرجان:almurjan",
        "للخدمات_اللوجستية:logistics للطاقة:energy الصحية:health للتعليم:education للتقنية:tech للأغذية:foods",
        "ليلى:layla أحمد:ahmed فاطمة:fatima يوسف:yousef نورة:noura خالد:khaled سلمى:salma عمر:omar",
        "الحربي:alharbi حداد:haddad المنصوري:almansoori فاروق:farouk الزهراني:alzahrani ناصر:nasser",
    ),
    _culture(
        "hebrew",
        0.02,
        "IL",
        "גליל:galil ברקת:bareket צוק:tzuk רימון:rimon אלומה:aluma תבור:tavor",
        "לוגיסטיקה:logistics אנרגיה:energy בריאות:briut תוכנה:tochna מזון:mazon",
        "נועה:noa יונתן:yonatan תמר:tamar איתי:itai מאיה:maya עומר:omer",
        "כהן:cohen לוי:levi מזרחי:mizrahi פרידמן:friedman ביטון:biton",
    ),
    _culture(
        "hindi",
        0.02,
        "IN",
        "सूर्योदय:suryoday नीलगिरि:nilgiri कमल:kamal हिमशिखर:himshikhar सागरिका:sagarika",
        "लॉजिस्टिक्स:logistics ऊर्जा:urja शिक्षा:shiksha स्वास्थ्य:swasthya सॉफ्टवेयर:software",
        "आरव:aarav अनन्या:ananya रोहन:rohan दिव्या:divya विक्रम:vikram मीरा:meera",
        "शर्मा:sharma वर्मा:verma अय्यर:iyer सिंह:singh जोशी:joshi",
    ),
)
