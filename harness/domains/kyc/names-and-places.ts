/** A name in Latin letters, in Devanagari if it has a usual form, and in another Latin spelling if one is common. */
export interface NamePart {
  readonly latin: string;
  readonly devanagari?: string;
  readonly variant?: string;
}

const parts = (text: string): readonly NamePart[] =>
  text
    .trim()
    .split(/\s*\n\s*/)
    .map((line) => {
      const [latin = '', devanagari, variant] = line.split(' ');
      return { latin, ...(devanagari !== undefined && { devanagari }), ...(variant !== undefined && { variant }) };
    });

export const givenNames = {
  male: parts(`
    Rakesh राकेश
    Rajesh राजेश
    Ramesh रमेश
    Mahesh महेश
    Mukesh मुकेश
    Suresh सुरेश
    Dinesh दिनेश
    Ajay अजय Ajai
    Vijay विजय Vijai
    Sanjay संजय Sanjai
    Amit अमित
    Sumit सुमित
    Rohit रोहित
    Anil अनिल
    Sunil सुनील Suneel
    Deepak दीपक Dipak
    Gaurav गौरव Gourav
    Saurabh सौरभ Sourabh
    Manish मनीष Maneesh
    Rajendra राजेंद्र Rajender
    Surendra सुरेंद्र Surender
    Narendra नरेंद्र Narender
    Vishwanath विश्वनाथ Viswanath
    Srinivas श्रीनिवास Shrinivas
    Imran इमरान
    Irfan इरफ़ान
    Salman सलमान
    Arvind अरविंद
    Prakash प्रकाश
    Harish हरीश Hareesh
    Kishor किशोर Kishore
    Yogesh योगेश`),
  female: parts(`
    Sunita सुनीता Suneeta
    Anita अनीता Aneeta
    Vinita विनीता Vineeta
    Pooja पूजा Puja
    Geeta गीता Gita
    Seema सीमा Sima
    Reema रीमा
    Neeta नीता Nita
    Lakshmi लक्ष्मी Laxmi
    Kamala कमला Kamla
    Priya प्रिया
    Deepali दीपाली Dipali
    Kavita कविता Kavitha
    Savita सविता Savitha
    Meena मीना Mina
    Usha उषा
    Asha आशा
    Fatima फ़ातिमा
    Shabana शबाना
    Jyoti ज्योति Jyothi
    Bhavna भावना Bhavana
    Rekha रेखा
    Sarita सरिता Saritha
    Vandana वंदना`),
} as const;
export const middleNames = {
  male: parts(`
    Kumar कुमार
    Prasad प्रसाद
    Lal लाल
    Chandra चंद्र`),
  female: parts(`
    Devi देवी
    Kumari कुमारी`),
} as const;
export const familyNames = parts(`
  Sharma शर्मा
  Verma वर्मा Varma
  Gupta गुप्ता
  Agarwal अग्रवाल Aggarwal
  Mishra मिश्रा Misra
  Tiwari तिवारी Tewari
  Pandey पांडे Pande
  Chaudhary चौधरी Choudhary
  Singh सिंह
  Yadav यादव
  Chauhan चौहान Chouhan
  Joshi जोशी
  Patel पटेल
  Mehta मेहता
  Shah शाह
  Desai देसाई
  Kulkarni कुलकर्णी
  Deshpande देशपांडे
  Patil पाटील Pateel
  Khan ख़ान
  Ansari अंसारी
  Shaikh शेख Sheikh
  Banerjee बनर्जी Bannerjee
  Mukherjee मुखर्जी Mukherji
  Das दास
  Reddy रेड्डी
  Rao राव
  Iyer अय्यर
  Nair नायर
  Menon मेनन
  Pillai पिल्लई
  Dixit दीक्षित Dikshit
  Chopra चोपड़ा
  Arora अरोड़ा
  Malhotra मल्होत्रा
  Saxena सक्सेना`);

/** A city, its state, and the first three digits of its pincodes. */
export interface Place {
  readonly city: string;
  readonly state: string;
  readonly sorting: string;
}
export const places: readonly Place[] = [
  ['Mumbai', 'Maharashtra', '400'], ['Pune', 'Maharashtra', '411'], ['Nagpur', 'Maharashtra', '440'], ['Nashik', 'Maharashtra', '422'],
  ['New Delhi', 'Delhi', '110'], ['Gurugram', 'Haryana', '122'], ['Faridabad', 'Haryana', '121'], ['Ludhiana', 'Punjab', '141'],
  ['Amritsar', 'Punjab', '143'], ['Shimla', 'Himachal Pradesh', '171'], ['Lucknow', 'Uttar Pradesh', '226'], ['Kanpur', 'Uttar Pradesh', '208'],
  ['Varanasi', 'Uttar Pradesh', '221'], ['Dehradun', 'Uttarakhand', '248'], ['Jaipur', 'Rajasthan', '302'], ['Kota', 'Rajasthan', '324'],
  ['Ahmedabad', 'Gujarat', '380'], ['Surat', 'Gujarat', '395'], ['Bhopal', 'Madhya Pradesh', '462'], ['Indore', 'Madhya Pradesh', '452'],
  ['Raipur', 'Chhattisgarh', '492'], ['Hyderabad', 'Telangana', '500'], ['Warangal', 'Telangana', '506'], ['Visakhapatnam', 'Andhra Pradesh', '530'],
  ['Vijayawada', 'Andhra Pradesh', '520'], ['Bengaluru', 'Karnataka', '560'], ['Mysuru', 'Karnataka', '570'], ['Chennai', 'Tamil Nadu', '600'],
  ['Coimbatore', 'Tamil Nadu', '641'], ['Madurai', 'Tamil Nadu', '625'], ['Kochi', 'Kerala', '682'], ['Thiruvananthapuram', 'Kerala', '695'],
  ['Kolkata', 'West Bengal', '700'], ['Siliguri', 'West Bengal', '734'], ['Bhubaneswar', 'Odisha', '751'], ['Cuttack', 'Odisha', '753'],
  ['Guwahati', 'Assam', '781'], ['Patna', 'Bihar', '800'], ['Gaya', 'Bihar', '823'], ['Ranchi', 'Jharkhand', '834'],
].map(([city = '', state = '', sorting = '']) => ({ city, state, sorting })); // prettier-ignore
