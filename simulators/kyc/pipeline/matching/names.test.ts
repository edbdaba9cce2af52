import { describe, expect, it } from 'vitest';
import { openForms } from '../../../../harness/domains/kyc/forms.ts';
import { reviewBelow } from './confidence.ts';
import { nameMatch, wordsOf } from './names.ts';

const pairs = (text: string): [string, string][] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [one = '', other = ''] = line.split('|').map((name) => name.trim());
      return [one, other];
    });

/** One person, as Aadhaar, PAN and a bank spell the name. */
const onePerson = pairs(`
  राकेश कुमार शर्मा | Rakesh Kumar Sharma
  R. K. Sharma | Rakesh Kumar Sharma
  RK SHARMA | Rakesh Kumar Sharma
  R.K.Sharma | राकेश कुमार शर्मा
  SHARMA RAKESH KUMAR | Rakesh Kumar Sharma
  Shri Rakesh Sharma | Rakesh Kumar Sharma
  Rakesh Kumar S/O Ramesh Kumar | Rakesh Kumar
  श्रीमती सुनीता देवी | Smt. Sunita Devi
  श्री विजय कुमार गुप्ता | VIJAY KUMAR GUPTA
  डॉ. संजय मेहता | Dr Sanjai Mehta
  लक्ष्मी नारायण | Laxmi Narain
  Mohd. Imran Khan | Mohammad Imran Khan
  मोहम्मद इमरान ख़ान | MD IMRAN KHAN
  Shaikh Salim Ahmed | Saleem Ahmad Sheikh
  Priya Aggarwal | Priya Agarwal
  प्रिया अग्रवाल | Priya Agrawal
  K. Venkatesan | Venkatesan Krishnamurthy
  Subramanian Swamy | Subramaniam Swami
  Ram Krishna Verma | Ramkrishna Varma
  Vijayalakshmi Ramanathan | R Vijaya Lakshmi
  Rameshbhai Patel | Ramesh Patel
  Ushaben Shah | Usha Shah
  Chaudhary Anil | Anil Choudhury
  दीपक चौधरी | Deepak Chaudhary
  Pooja Singh | Puja Sinh
  Sanjay Dixit | Sanjai Dikshit
  Sourav Banerjee | Saurav Bandyopadhyay
  गौरव मुखर्जी | Gourav Mukherji
  D'Souza Maria | Maria Dsouza
  Srinivas Rao | Shreenivas Rao
  विश्वनाथ अय्यर | Viswanath Iyer
  Kamala Devi | कमला देवी
  Gaurav Chauhan | Gourav Chouhan
  Zoya Shaikh | Joya Sheikh
  Prakash Joshi | Prakas Josi
  राजेंद्र सिंह राठौड़ | Rajender Singh Rathore
  Sridevi Kapoor | Shridevi Kapur
  Kishore Iyer | KISHOR IYER
  Mukesh Kr. Jha | मुकेश कुमार झा
  C. Varma | Chitraksh Verma
  Dr. A. P. J. Abdul Kalam | Avul Pakir Jainulabdeen Abdul Kalam
  Ms. Neeta D'Mello | NEETA DMELLO
  जयंती पटेल | Jayanti Patel
`);

/** Two people, however similar the names: brothers, sisters, namesakes in one word; or too little to tell. */
const twoPeople = pairs(`
  Rakesh Sharma | Rajesh Sharma
  राकेश शर्मा | Rajesh Sharma
  Ramesh Kumar | Mahesh Kumar
  Suresh Reddy | Ramesh Reddy
  Sunil Yadav | Sonal Yadav
  Anil Kumar | Sunil Kumar
  R. K. Sharma | Suresh Kumar Sharma
  Rakesh Kumar | Rakesh Sharma
  Rakesh Sharma | Rakesh Verma
  Sunita Devi | Anita Devi
  Kiran Rao | Karan Rao
  Amit Shah | Sumit Shah
  Priya Nair | Priya Menon
  Mohammed Imran | Mohammed Irfan
  S. Kumar | Rakesh Kumar
  Kumar | Rakesh Kumar
  V. Singh | Vishwanath Singh
  R. S. | Rakesh Sharma
  Rakesh | Rakesh Kumar Sharma
  Rohan Gupta | Rehan Gupta
  Anita Joshi | Anit Joshi
  Ajay Singh | Vijay Singh
  Rita Das | Gita Das
  Geeta Patel | Neeta Patel
  Rajendra Prasad | Ravindra Prasad
  Manoj Tiwari | Saroj Tiwari
  Venkatesh Iyer | Venkatesan Iyer
  Arun Jaitley | Tarun Jaitley
  Surendra Nath | Virendra Nath
  Harinder Singh | Hari Singh
  Ravi Kumar | Rajiv Kumar
  Ashok Mehta | Ashok Mehra
  Sunita Sharma | Sunita Bose
  ராகேஷ் ஷர்மா | Rakesh Sharma
`);

describe('one person', () => {
  it.each(onePerson)('%s is %s', (one, other) => {
    expect(nameMatch(one, other)).toBeGreaterThanOrEqual(reviewBelow);
    expect(nameMatch(other, one)).toBe(nameMatch(one, other));
  });
});

describe('two people', () => {
  it.each(twoPeople)('%s may not be %s', (one, other) => {
    expect(nameMatch(one, other)).toBeLessThan(reviewBelow);
    expect(nameMatch(other, one)).toBe(nameMatch(one, other));
  });
});

it('finds the words of a name', () => {
  expect(wordsOf('Smt. R.K. Sharma W/O Shri Mohan Sharma')).toEqual(['r', 'k', 'sharma']);
  expect(wordsOf('राजेंद्र सिंह')).toEqual(['raajendra', 'singh']);
  expect(wordsOf('MD SALIM')).toEqual(['md', 'salim']);
  expect(wordsOf('Sri Lakshmi Devi')).toEqual(['lakshmi', 'devi']);
  expect(wordsOf('Sri Devi')).toEqual(['sri', 'devi']);
});

it('doubts few of those who are who they say, and every stranger whose face is right', () => {
  const forms = openForms({ impostors: 0.3, flawed: 0 }, 5);
  const lowest = (op: number) => {
    const { aadhaarName, panName, bankName } = forms(op).application;
    return Math.min(nameMatch(aadhaarName, panName), nameMatch(aadhaarName, bankName), nameMatch(panName, bankName));
  };
  const ops = Array.from({ length: 4_000 }, (_, op) => op);
  const genuine = ops.filter((op) => forms(op).category === 'genuine');
  expect(genuine.filter((op) => lowest(op) < reviewBelow).length / genuine.length).toBeLessThan(0.01);
  const strangers = ops.filter((op) => forms(op).category === 'impostor');
  const sure = strangers.filter((op) => lowest(op) >= reviewBelow);
  expect(strangers.length).toBeGreaterThan(1_000);
  // Impostors whose names agree have borrowed everything but the face.
  expect(sure.filter((op) => forms(op).application.aadhaar.slice(1, 8) === String(op).padStart(7, '0'))).toEqual([]);
});
